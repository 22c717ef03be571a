import { EnvironmentError, EventSourceMappingConfiguration, FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { OperateClients } from './clients';
import { parseStreamArn } from '../../contract/position';
import { isRefusal } from '../../runtime/refusals';
import { UserError } from '../emulator';

/** Only these are sources of a subscriber or a relay: a table's stream, or a FIFO queue. The functions of others are not asked about. */
export function mayCarryChanges({ EventSourceArn = '' }: EventSourceMappingConfiguration): boolean {
  return parseStreamArn(EventSourceArn) !== undefined || /^arn:[^:]*:sqs:.*\.fifo$/.test(EventSourceArn);
}

/**
 * The function of a mapping, with its environment. A function whose variables cannot be decrypted looks like one of the user's own, which is handled in another way: so this stops.
 *
 * @throws UserError when the answer says less than there is
 */
export async function readFunction(
  { lambda }: OperateClients, { UUID, FunctionArn }: EventSourceMappingConfiguration,
): Promise<FunctionConfiguration> {
  if (FunctionArn === undefined) throw new UserError(`Lambda does not report which function event source mapping ${UUID} invokes: deploy the stack again.`);
  const fn = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: FunctionArn }));
  const { Error: error } = fn.Environment ?? {};
  if (error !== undefined) throw new UserError(unreadable(fn.FunctionName ?? FunctionArn, fn.KMSKeyArn, error));
  return fn;
}

function unreadable(name: string, key = 'the key of the function', { ErrorCode = 'no reason given' }: EnvironmentError): string {
  const what = `The environment variables of function ${name} cannot be read (${ErrorCode})`;
  return isRefusal(ErrorCode) ? `${what}: grant kms:Decrypt on ${key} to your credentials, in their policy and in the key's.` : `${what}: check the state of ${key}.`;
}
