import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from './endpoint';
import { DeployedStreamMapping } from './mappings';
import { DeployedQueueMapping } from './queue-mappings';

/** What relays know of the queues they send to: whose they are, and which table's changes they carry. */
export async function withRelays(
  queues: readonly DeployedQueueMapping[], mappings: readonly DeployedStreamMapping[],
): Promise<DeployedQueueMapping[]> {
  if (queues.length === 0) return [];
  const relays = mappings.filter(({ queueParameters }) => queueParameters !== undefined);
  const known = new Map((await Promise.all(relays.map(queuesOf))).flat());
  return queues.map(queue => {
    const { name, tableName } = known.get(identity(queue.queueUrl)) ?? {};
    return { ...queue, name: queue.subscriber ?? name ?? queue.name, tableName };
  });
}

async function queuesOf({ target, tableName, queueParameters = [] }: DeployedStreamMapping) {
  const ssm = new SSMClient(clientSettings(target));
  try {
    const values = await Promise.all(queueParameters.map(async Name => (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? '{}'));
    return values.flatMap(value => Object.entries(JSON.parse(value) as Record<string, string>))
      .map(([name, url]): [string, { name: string; tableName: string }] => [identity(url), { name, tableName }]);
  } finally {
    ssm.destroy();
  }
}

/** Account and name: hosts differ, because the emulator names itself in several ways. */
function identity(queueUrl: string): string {
  return queueUrl.split('/').slice(-2).join('/');
}
