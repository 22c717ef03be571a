import { Mutation } from './mutations';

const mutation = (name: string, file: string, find: string, replace: string): Mutation => ({ name, patches: [{ file, find, replace }] });

/** What could go wrong with what the relay's mapping gave up: the brokered simulation with such batches must find each. */
export const GIVEN_UP_MUTATIONS: readonly Mutation[] = [
  mutation('a worker takes what was given up for repeated', 'src/runtime/queue/settle-messages.ts',
    '(message?.givenUp ? message.changes : [])', '[]'),
  mutation('what was given up is not stored where its item has gone on', 'src/runtime/lanes/given-up.ts',
    "  await storeFailure(run, lane.pk, record, { reason: 'MAPPING_GAVE_UP', ...(defect !== undefined && { error: defect }), onlyIfAbsent: true });\n", ''),
  mutation('what was given up is stored over what is there', 'src/runtime/lanes/given-up.ts',
    'onlyIfAbsent: true', 'onlyIfAbsent: false'),
  mutation('what was given up before a parked change counts as stored', 'src/runtime/lanes/given-up.ts',
    'if (at > lane.reached && at > tail) return false;', 'if (at > lane.reached) return false;'),
  mutation('what was given up and applied is not known when it comes again', 'src/runtime/lanes/settle-record.ts',
    "...(record.givenUp && { also: run.ledger.aloneWrite(lane.pk, record.at, 'applied') }),", ''),
  mutation('what was given up overtakes a spill', 'src/runtime/relay/redrive-batch.ts',
    'if (run.open.has(name)) return { name, wanted, sent: 0, error: SPILLING };', ''),
  mutation('a queue that took a part counts as having it all', 'src/contract/relay-redrive.ts',
    'return wanted === sent;', 'return wanted === sent || sent > 0;'),
  mutation('a batch is deleted although a queue has not taken it', 'src/runtime/redriver/relay-batches.ts',
    'return this.refused.size === 0;', 'return true;'),
  mutation('a batch is deleted before it is sent', 'src/runtime/redriver/relay-batches.ts',
    '    const done = new Set(before);\n', '    const done = new Set(before);\n    await store.remove([key]);\n'),
  mutation('a subscriber that refused is noted as having it all', 'src/runtime/redriver/relay-batches.ts',
    'for (const name of takers) if (!this.refused.has(name)) done.add(name);', 'for (const name of takers) done.add(name);'),
  mutation('a subscriber that refused gets what comes behind', 'src/runtime/redriver/relay-batches.ts',
    'const except = [...done, ...this.refused].sort();', 'const except = [...done].sort();'),
];
