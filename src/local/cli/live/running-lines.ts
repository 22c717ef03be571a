import { DeployedStack } from '../../deploy';
import { counted } from '../counted';

/** What runs, where, and which table each subscriber gets its changes from. */
export function runningLines(stacks: readonly DeployedStack[], endpoint: string): string[] {
  const streams = stacks.flatMap(({ mappings }) => mappings);
  const queues = stacks.flatMap(({ queueMappings }) => queueMappings);
  const subscribers = [...streams.filter(({ queueParameters }) => queueParameters === undefined), ...queues];
  const named = subscribers.map(({ name }) => name).join(', ');
  return [
    `Running ${counted(subscribers.length, 'subscriber')} (${named}) against ${endpoint} (AWS_ENDPOINT_URL=${endpoint}).`,
    ...[...streams, ...queues].map(({ name, tableName }) => `${name} reads ${tableName === undefined ? 'a queue' : `the changes of table ${tableName}`}.`),
  ];
}
