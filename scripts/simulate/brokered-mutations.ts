import { Mutation } from './mutations';

const RELAY = 'src/runtime/relay';
const QUEUE = 'src/runtime/queue';

const mutation = (name: string, file: string, find: string, replace: string): Mutation => ({ name, patches: [{ file, find, replace }] });

/** What could go wrong between the stream and a subscriber's queue: the brokered simulation must find each. */
export const BROKERED_MUTATIONS: readonly Mutation[] = [
  mutation('an entry that failed counts as sent', `${RELAY}/send.ts`,
    'failed(line, codeOf(entry.id), since);\n          continue;', 'failed(line, codeOf(entry.id), since);'),
  mutation('an answer that says nothing of an entry acknowledges it', `${RELAY}/send.ts`,
    'for (const { id } of failed) ids.delete(id);', 'for (const { entry: { id } } of batch) ids.add(id);'),
  mutation('what comes behind a failed message is sent', `${RELAY}/send.ts`,
    'const message = line.messages[line.sent];', 'const message = line.messages[Math.min(line.sent + line.failures, line.messages.length - 1)];'),
  mutation('changes of one item are in different groups', `${RELAY}/messages.ts`,
    'const group = one.change.group(options.orderBy);', 'const group = one.change.at;'),
  mutation('deduplication knows the group only', `${RELAY}/messages.ts`,
    'const ids = changes.map(({ record, at }) => record.eventID ?? at);', "const ids = changes.map(() => 'same');"),
  mutation('a spill is overtaken', `${RELAY}/settle-target.ts`,
    'const waiting = open ? await groupsWithSpill(run, target.name, lines.map(({ group }) => group)) : new Set<string>();',
    'const waiting = new Set<string>();'),
  mutation('a spill is drained in the wrong order', `${RELAY}/drain.ts`,
    'for (const { key, content, changes } of spilled) {', 'for (const { key, content, changes } of spilled.reverse()) {'),
  mutation('a spilled object is deleted before its changes are acknowledged', `${RELAY}/drain.ts`,
    'const done = [...unwanted, ...acknowledged(lines)];', 'const done = [...unwanted, ...keys];'),
  mutation('nobody learns that a spill has grown', `${RELAY}/spill.ts`,
    '  await run.state.open(target, answers, now);\n  for (const { changes }', '  for (const { changes }'),
  mutation('a queue that is named late is never found', `${RELAY}/drain.ts`,
    'if (!before.answers) await findQueueAgain(run);', ''),
  mutation('what is left of a failing target is forgotten', `${RELAY}/settle-target.ts`,
    'const left = [...lines.filter(({ group }) => waiting.has(group)), ...result.left];', 'const left = [...lines.filter(({ group }) => waiting.has(group))];'),
  mutation('the relay reports nothing', `${RELAY}/relay-batch.ts`,
    'return lowest(unsettled);', 'return undefined;'),
  mutation('a large change leaves its message empty', `${RELAY}/prepared-change.ts`,
    'const attempt = objects.put(key, this.json);', 'const attempt = Promise.resolve();'),
  mutation('the worker goes on behind a message that it cannot read', `${QUEUE}/settle-messages.ts`,
    'if (entry.message === undefined || blocked.has(groupOf(entry.record)))', 'if (entry.message === undefined)'),
  mutation('the worker acknowledges a message when its first change is settled', `${QUEUE}/settle-messages.ts`,
    'const waiting = message!.changes.find((change) => open.has(change));', 'const waiting = message!.changes.slice(0, 1).find((change) => open.has(change));'),
  mutation('the worker acknowledges everything', `${QUEUE}/settle-messages.ts`,
    'return [...unsettled.keys()].map(({ messageId }) => messageId);', 'return [];'),
];
