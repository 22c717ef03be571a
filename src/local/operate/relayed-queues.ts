import { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { OperateClients } from './clients';
import { DeployedReader, deployedReader } from './deployed-reader';
import { inBatches } from './in-batches';
import { UserError } from '../emulator';

/** A mapping with its function, as they are deployed. */
export interface DeployedMapping {
  readonly mapping: EventSourceMappingConfiguration;
  readonly fn: FunctionConfiguration;
}

/**
 * Subscribers that are functions of the user's own on a queue. Such a function says nothing of itself, and any queue may be read by anything; but whose queue it is stands in
 * the parameters from which the relay has its URL.
 */
export async function rawQueueReaders(
  clients: OperateClients, relays: readonly DeployedReader[], unknown: readonly DeployedMapping[],
): Promise<DeployedReader[]> {
  const candidates = unknown.filter(({ mapping }) => identityOfArn(mapping.EventSourceArn) !== undefined);
  // Where there are none nothing is asked, and the permission to ask is not needed.
  if (candidates.length === 0) return [];
  const found = await inBatches(relays, async relay => {
    const queues = await queuesOf(clients, relay);
    return candidates.map(({ mapping, fn }) => {
      const queue = queues.get(identityOfArn(mapping.EventSourceArn)!);
      return queue && deployedReader(mapping, fn, { ...queue, relay });
    });
  });
  return found.flat().filter(reader => reader !== undefined);
}

/** Names and URLs, by account and queue. */
async function queuesOf({ ssm }: OperateClients, { queueParameters = [] }: DeployedReader): Promise<Map<string, { name: string; queueUrl: string }>> {
  const values = await inBatches(queueParameters, async Name => urlsIn(Name, (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value));
  const urls = values.flatMap(value => Object.entries(value));
  return new Map(urls.map(([name, queueUrl]) => [queueUrl.split('/').slice(-2).join('/'), { name, queueUrl }]));
}

/** Without them a subscriber would be overlooked in silence. */
function urlsIn(parameter: string, value = ''): Record<string, string> {
  try {
    return JSON.parse(value) as Record<string, string>;
  } catch (error) {
    throw new UserError(`Parameter ${parameter} does not hold the queues of a relay: deploy the stack again.`, { cause: error });
  }
}

/** As the end of the queue's URL has it; undefined for all but FIFO queues, which are what a relay sends to. */
function identityOfArn(arn = ''): string | undefined {
  const [, account, queue] = /^arn:[^:]*:sqs:[^:]*:(\d+):([^:]+\.fifo)$/.exec(arn) ?? [];
  return queue && `${account}/${queue}`;
}
