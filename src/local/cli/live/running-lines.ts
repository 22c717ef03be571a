import { DeployedStack, environmentOf, Target } from '../../deploy';
import { counted } from '../counted';

/** What runs, where, and which table each subscriber gets its changes from. */
export function runningLines(stacks: readonly DeployedStack[], target: Target): string[] {
  const streams = stacks.flatMap(({ mappings }) => mappings);
  const queues = stacks.flatMap(({ queueMappings }) => queueMappings);
  const subscribers = [...streams.filter(({ queueParameters }) => queueParameters === undefined), ...queues];
  const named = subscribers.map(({ name }) => name).join(', ');
  return [
    `Running ${counted(subscribers.length, 'subscriber')} (${named}) against ${target.endpoint} (${inShell(target)}).`,
    ...[...streams, ...queues].map(({ name, tableName }) => `${name} reads ${tableName === undefined ? 'a queue' : `the changes of table ${tableName}`}.`),
  ];
}

/** What to put before a command so that it reaches the tables. */
export function inShell(target: Target): string {
  return Object.entries(environmentOf(target)).map(([name, value]) => `${name}=${value}`).join(' ');
}
