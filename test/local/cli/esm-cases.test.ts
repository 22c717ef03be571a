import { parseEsmCase } from '../../../src/local/cli/esm-case';
import { EsmResult, runEsmCase } from '../../../src/local/cli/esm-run';

/** Cases that were not recorded: what must come out is derived by hand from the rules in docs/limits.md. */
interface Derived extends Partial<EsmResult> {
  readonly because: string;
  readonly mapping?: object;
  readonly records: readonly object[];
  readonly handler?: object;
}

const MB = 1_000_000;
const some = (count: number, fields: object = {}) => Array.from({ length: count }, () => fields);
const at = (...seconds: number[]) => seconds.map(atSeconds => ({ atSeconds }));
const keyed = (keys: string) => [...keys].map(key => ({ key }));
const exhausted = (records: number[], approximateInvokeCount: number) => ({ condition: 'RetryAttemptsExhausted', records, approximateInvokeCount });
const tooOld = (...records: number[]) => ({ condition: 'RecordAgeExceeded', records, approximateInvokeCount: 1 });
const reporting = { reportBatchItemFailures: true };
const keyFilter = (...values: unknown[]) => [JSON.stringify({ dynamodb: { Keys: { key: { S: values } } } })];

const CASES: Readonly<Record<string, readonly Derived[]>> = {
  'bisect and partial failures': [
    {
      because: 'each poison is isolated by itself: a checkpoint, then halves of what is left, the shorter first',
      mapping: { ...reporting, bisect: true, retryAttempts: 1 },
      records: some(7),
      handler: { bad: [3, 6], mode: 'report' },
      invocations: [[1, 2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7], [3, 4], [3], [3], [4], [5, 6, 7], [6, 7], [6], [6], [7]],
      destination: [exhausted([3], 2), exhausted([6], 2)],
    },
    {
      because: 'every record of a batch is looked at, so two failures are used up in the first invocation',
      mapping: { ...reporting, bisect: true, retryAttempts: 2 },
      records: some(4),
      handler: { failFirst: { 2: 2, 4: 1 }, mode: 'report' },
      invocations: [[1, 2, 3, 4], [2, 3, 4], [2], [3, 4]],
    },
    {
      because: 'a batch that threw is split, whichever of its records it was',
      mapping: { bisect: true, retryAttempts: 2 },
      records: some(5),
      handler: { failFirst: { 3: 2, 5: 1 }, mode: 'throw' },
      invocations: [[1, 2, 3, 4, 5], [1, 2], [3, 4, 5], [3], [4, 5]],
    },
    {
      because: 'a throw tells nothing of single records, also where they could be reported',
      mapping: { ...reporting, retryAttempts: 1 },
      records: some(2),
      handler: { bad: [2], mode: 'throw' },
      invocations: [[1, 2], [1, 2]],
      destination: [exhausted([1, 2], 2)],
    },
    {
      because: 'an identifier that says nothing splits like a throw',
      mapping: { ...reporting, bisect: true, retryAttempts: 1 },
      records: some(3),
      handler: { bad: [3], mode: 'emptyIdentifier' },
      invocations: [[1, 2, 3], [1], [2, 3], [2], [3], [3]],
      destination: [exhausted([3], 2)],
    },
    {
      because: 'all records reported names the first, so the batch is split; a half without the poison reports none',
      mapping: { ...reporting, bisect: true, retryAttempts: 0 },
      records: some(3),
      handler: { bad: [3], mode: 'reportAll' },
      invocations: [[1, 2, 3], [1], [2, 3], [2], [3]],
      destination: [exhausted([3], 1)],
    },
    {
      because: 'lanes split by themselves, and the other lane does not wait',
      mapping: { ...reporting, bisect: true, retryAttempts: 1, parallelizationFactor: 2 },
      records: keyed('ababab'),
      handler: { bad: [3], mode: 'report' },
      invocations: [[1, 3, 5], [2, 4, 6], [3, 5], [3], [3], [5]],
      destination: [exhausted([3], 2)],
    },
  ],
  'the retry budget': [
    {
      because: 'no retries means one invocation',
      mapping: { batchSize: 1, retryAttempts: 0 },
      records: some(3),
      handler: { bad: [2], mode: 'throw' },
      invocations: [[1], [2], [3]],
      destination: [exhausted([2], 1)],
    },
    {
      because: 'a record that would succeed the next time is given up all the same',
      mapping: { batchSize: 1, retryAttempts: 1 },
      records: some(2),
      handler: { failFirst: { 1: 2 }, mode: 'throw' },
      invocations: [[1], [1], [2]],
      destination: [exhausted([1], 2)],
    },
    {
      because: 'good records behind a poison go down with it without bisect, and the count starts at the checkpoint',
      mapping: { ...reporting, retryAttempts: 2, batchSize: 3 },
      records: some(4),
      handler: { bad: [2], mode: 'report' },
      invocations: [[1, 2, 3], [2, 3], [2, 3], [2, 3], [4]],
      destination: [exhausted([2, 3], 3)],
    },
    {
      because: 'without a script an empty identifier is returned each time',
      mapping: { ...reporting, retryAttempts: 1 },
      records: some(2),
      handler: { mode: 'emptyIdentifier' },
      invocations: [[1, 2], [1, 2]],
      destination: [exhausted([1, 2], 2)],
    },
  ],
  'the window': [
    {
      because: 'a full batch closes it, retries are not held by it, and the next one opens when the batch is done with',
      mapping: { ...reporting, windowSeconds: 5, batchSize: 3, retryAttempts: 1 },
      records: at(0, 1, 2, 3, 30),
      handler: { bad: [2], mode: 'report' },
      invocations: [[1, 2, 3], [2, 3], [2, 3], [4], [5]],
      destination: [exhausted([2, 3], 2)],
    },
    {
      because: 'a record that would exceed 6 MiB closes it too',
      mapping: { windowSeconds: 10 },
      records: [{ bytes: 3.2 * MB }, { bytes: 3.2 * MB, atSeconds: 1 }, { atSeconds: 2 }],
      invocations: [[1], [2, 3]],
    },
    {
      because: 'it opens when the function has returned, not with the record that came meanwhile',
      mapping: { windowSeconds: 10 },
      records: at(0, 12, 23),
      handler: { seconds: 8 },
      invocations: [[1], [2, 3]],
    },
    { because: 'a record above 6 MiB goes alone', records: [{ bytes: 7 * MB }, {}], invocations: [[1], [2]] },
    { because: 'exactly 6 MB are within 6 MiB', records: some(4, { bytes: 3 * MB }), invocations: [[1, 2], [3, 4]] },
    { because: 'polls come every quarter of a second', records: at(0.1, 0.2, 0.3), invocations: [[1, 2], [3]] },
  ],
  'age': [
    {
      because: 'after tries at 0.1, 1.2, 3.3, 7.4, 15.5 and 31.6 s the next would be at 63.7 s',
      mapping: { ...reporting, maxRecordAgeSeconds: 60 },
      records: at(0, 0, 30, 61),
      handler: { bad: [2], mode: 'report' },
      invocations: [[1, 2], [2], [2], [2], [2], [2], [2], [3, 4]],
      destination: [tooOld(2)],
    },
    {
      because: 'the half that waited behind the poison grew old with it',
      mapping: { maxRecordAgeSeconds: 60, bisect: true },
      records: some(4),
      handler: { bad: [2], mode: 'throw' },
      invocations: [[1, 2, 3, 4], [1, 2], [1], [2], [2], [2], [2], [2], [2]],
      destination: [tooOld(2), tooOld(3, 4)],
    },
    {
      because: 'what waits behind a slow function grows old without being invoked',
      mapping: { maxRecordAgeSeconds: 60, batchSize: 1 },
      records: some(4),
      handler: { seconds: 25 },
      invocations: [[1], [2], [3]],
      destination: [tooOld(4)],
    },
    {
      because: 'the stream forgets between two tries, whatever retries are left',
      mapping: { retryAttempts: 3, batchSize: 2, enabledAtSeconds: 86_398 },
      records: some(4),
      handler: { bad: [1], mode: 'throw' },
      invocations: [[1, 2], [1, 2]],
      dropped: [1, 2, 3, 4],
    },
  ],
  'where it starts': [
    { because: 'TRIM_HORIZON finds what was written before', mapping: { enabledAtSeconds: 100 }, records: at(0, 99, 101), invocations: [[1, 2], [3]] },
    { because: 'LATEST has taken hold after 70 s', mapping: { startingPosition: 'LATEST' }, records: at(0, 70, 70.1, 71), invocations: [[3], [4]], dropped: [1, 2] },
    { because: 'ordinals name records, times order them', records: [{ ordinal: 2, atSeconds: 5 }, { ordinal: 1 }], invocations: [[1], [2]] },
    { because: 'nothing is nothing', records: [], invocations: [] },
  ],
  'filters': [
    {
      because: 'one alternative is enough',
      mapping: { filters: [JSON.stringify({ $or: [{ eventName: ['REMOVE'] }, { dynamodb: { Keys: { key: { S: ['b'] } } } }] })] },
      records: keyed('ab'),
      invocations: [[2]],
    },
    { because: 'case may be ignored', mapping: { filters: keyFilter({ 'equals-ignore-case': 'B' }) }, records: keyed('ab'), invocations: [[2]] },
    {
      because: 'numeric never matches an N, which is a string',
      mapping: { filters: [JSON.stringify({ dynamodb: { NewImage: { ordinal: { N: [{ numeric: ['>', 0] }] } } } })] },
      records: some(2),
      invocations: [],
    },
    {
      because: 'what is filtered out neither fills a batch nor is a checkpoint to go back to',
      mapping: { ...reporting, batchSize: 2, retryAttempts: 0, filters: keyFilter({ prefix: 'a' }) },
      records: keyed('abaaba'),
      handler: { bad: [4], mode: 'report' },
      invocations: [[1, 3], [4, 6]],
      destination: [exhausted([4, 6], 1)],
    },
    { because: 'any of several patterns is enough', mapping: { filters: [...keyFilter('a'), ...keyFilter('c')] }, records: keyed('abc'), invocations: [[1, 3]] },
  ],
};

describe.each(Object.entries(CASES))('%s', (_name, cases) => {
  test.each(cases)('$because', ({ because: _because, invocations, destination = [], dropped = [], ...esmCase }) => {
    expect(runEsmCase(parseEsmCase(JSON.stringify(esmCase)))).toEqual({ invocations, destination, dropped });
  });
});
