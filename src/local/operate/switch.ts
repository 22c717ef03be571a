import { setTimeout as sleep } from 'node:timers/promises';
import { GetEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { DeployedReader } from './deployed-reader';
import { UserError } from '../emulator';

export interface SwitchOptions {
  /** @default 90 seconds: Lambda takes up to a minute */
  readonly limitMillis?: number;
  /** @default 1 second */
  readonly pollMillis?: number;
}

/** Switches a mapping on or off, and waits until Lambda has done so. False when it was so already. */
export async function switchReader(lambda: LambdaClient, reader: DeployedReader, on: boolean, options: SwitchOptions = {}): Promise<boolean> {
  const wanted = on ? 'Enabled' : 'Disabled';
  if (reader.state === wanted) return false;
  const { limitMillis = 90_000, pollMillis = 1000 } = options;
  let { State } = await lambda.send(new UpdateEventSourceMappingCommand({ UUID: reader.mappingId, Enabled: on })).catch(explain(reader));
  for (const until = Date.now() + limitMillis; State !== wanted; await sleep(pollMillis)) {
    if (State === 'Deleting') throw new UserError(`${reader.name} is being deleted: its event source mapping cannot be switched.`);
    if (Date.now() > until) {
      throw new UserError(`${reader.name} is still ${State ?? 'in an unknown state'} after ${limitMillis / 1000} s: Lambda goes on with it; look again with "npx cdk-dynamodb-cdc status".`);
    }
    ({ State } = await lambda.send(new GetEventSourceMappingCommand({ UUID: reader.mappingId })));
  }
  return true;
}

function explain({ name }: DeployedReader) {
  return (error: Error): never => {
    if (error.name !== 'ResourceInUseException') throw error;
    throw new UserError(`${name} is being changed by a deployment or by somebody else: wait until that is done, and run the command again.`, { cause: error });
  };
}
