import { Mutation } from './mutations';

const ENGINE = 'src/runtime/redriver';
const RUNTIME = 'src/runtime/redrive';

const mutation = (name: string, file: string, find: string, replace: string): Mutation => ({ name, patches: [{ file, find, replace }] });

/** What could go wrong between the failure store and the item's release: the simulation of redrives must find each. */
export const REDRIVE_MUTATIONS: readonly Mutation[] = [
  mutation('an item is released with its first change', `${RUNTIME}/redrive-lane.ts`,
    "while (isSettled(result) && this.row?.parked && (this.row.mark ?? '') >= this.row.parked.tail) {", 'while (isSettled(result) && this.row?.parked) {\n      this.row = { ...this.row, parked: { ...this.row.parked, tail: this.row.mark! } };'),
  mutation('an item is released whatever has been stored behind it meanwhile', 'src/runtime/ledger/ledger.ts',
    "ConditionExpression: '#parked.#at = :parked AND #parked.#tail = :tail AND #mark >= :tail'", "ConditionExpression: '#parked.#at = :parked AND :tail = :tail'"),
  mutation('objects are deleted before their changes are settled', `${ENGINE}/hand-over.ts`,
    'const results = await ask(options,', 'await store.remove(whole.map(({ index }) => entries[index].key));\n  const results = await ask(options,'),
  mutation('what failed is deleted too', `${ENGINE}/hand-over.ts`,
    'if (isSettled(results[place])) settled.push(entries[index].key);', 'settled.push(entries[index].key);'),
  mutation('changes of an item are handed over in the wrong order', `${ENGINE}/hand-over.ts`,
    'const results = await ask(options, whole.map(({ record }) => changeOf(record)));', 'const results = await ask(options, whole.reverse().map(({ record }) => changeOf(record)));'),
  mutation('the mark is ignored', `${RUNTIME}/decide.ts`,
    'if (at <= mark) {', 'if (at < mark && at === mark) {'),
  mutation('what comes behind a change that failed is tried', `${RUNTIME}/redrive-lane.ts`,
    "this.blocked = how === 'IN_ORDER';", 'this.blocked = false;'),
  mutation('a gap is not seen', `${RUNTIME}/decide.ts`,
    'if (row?.mark !== undefined && !row.parked && after !== undefined && after > mark)', 'if (row === null)'),
  mutation('a batch that the mapping gave up is deleted before it is set down', `${ENGINE}/unpack.ts`,
    '    for (const change of changes) {\n', '    await store.remove([key]);\n    for (const change of changes) {\n'),
  mutation('what becomes of a change that the mapping gave up is forgotten', `${RUNTIME}/redrive-lane.ts`,
    "...(reason === 'MAPPING_GAVE_UP' && { also: alone })", "...(reason === 'MALFORMED' && { also: alone })"),
  mutation('a skipped change is told from an applied one by the mark alone', 'src/runtime/lanes/after-failure.ts',
    "[ledger.aloneWrite(lane.pk, at, 'skipped')]", '[]'),
];
