import { duration } from '../../../src/local/cli/operate/durations';
import { statusTable } from '../../../src/local/cli/operate/status-table';
import { DeployedReader, deployedReader, withTables } from '../../../src/local/operate/deployed-reader';
import { Measurements } from '../../../src/local/operate/measure';
import { explained } from '../../../src/local/operate/refusals';
import { concerns, readerStatus } from '../../../src/local/operate/status';

const HOUR = 3600;
const NOW = 1_000_000_000_000;
const STREAM: DeployedReader = {
  name: 'Sub', kind: 'STREAM', mappingId: 'id', functionName: 'fn', state: 'Enabled', changedAt: NOW - 5 * HOUR * 1000, table: 'T', maxAgeSeconds: 12 * HOUR, timeoutSeconds: 60,
};
const QUEUE: DeployedReader = { ...STREAM, kind: 'QUEUE', maxAgeSeconds: undefined };
const QUEUE_SEEN: Measurements = { waiting: 3, inFlight: 1, queueRetentionSeconds: 336 * HOUR };

test.each([
  ['a stream that metrics tell of', STREAM, { ageSeconds: 2 * HOUR }, 2 * HOUR, 10 * HOUR],
  ['a stream that nobody tells of', STREAM, {}, null, null],
  ['a paused stream: since it was paused', { ...STREAM, state: 'Disabled' }, {}, 5 * HOUR, 7 * HOUR],
  ['a stream that is being paused', { ...STREAM, state: 'Disabling' }, {}, 5 * HOUR, 7 * HOUR],
  ['a paused stream that lagged before: the older', { ...STREAM, state: 'Disabled' }, { ageSeconds: 6 * HOUR }, 6 * HOUR, 6 * HOUR],
  ['a stream past its age: none is left, not less than none', STREAM, { ageSeconds: 13 * HOUR }, 13 * HOUR, 0],
  ['a queue', QUEUE, { ...QUEUE_SEEN, ageSeconds: 36 * HOUR }, 36 * HOUR, 300 * HOUR],
  ['an empty queue, whatever its metrics said before', QUEUE, { ...QUEUE_SEEN, waiting: 0, inFlight: 0, ageSeconds: HOUR }, 0, 336 * HOUR],
  ['an empty queue that is paused', { ...QUEUE, state: 'Disabled' }, { ...QUEUE_SEEN, waiting: 0, inFlight: 0 }, 0, 336 * HOUR],
  ['a queue that is gone', QUEUE, { gone: ['its queue'] }, null, null],
] as const)('lag and time left of %s', (_case, reader, seen, lagSeconds, secondsLeft) => {
  expect(readerStatus(reader, seen, NOW)).toMatchObject({ lagSeconds, secondsLeft });
});

test.each([
  ['nothing', STREAM, { ageSeconds: 60, parked: 0, batches: 0 }, []],
  ['nothing of what is unknown', STREAM, {}, []],
  ['a pause', { ...STREAM, state: 'Disabled' }, {}, ['Sub is paused']],
  ['little time', STREAM, { ageSeconds: 10 * HOUR }, ['Sub has little time left until changes are given up']],
  ['what is parked', STREAM, { parked: 1 }, ['Sub has 1 item in the failure store']],
  ['what the mapping gave up', STREAM, { batches: 2 }, ['the mapping of Sub has put changes into the failure store']],
  ['what was set aside', STREAM, { parked: 0, setAside: 1 }, ['Sub has 1 object set aside that cannot be read: "failures list" names them']],
  ['a mapping that cannot read', { ...STREAM, lastResult: 'PROBLEM: internal Lambda error' }, {}, ['the mapping of Sub reports "PROBLEM: internal Lambda error"']],
  ['a mapping whose function failed', { ...STREAM, lastResult: 'PROBLEM: Function call failed' }, {}, ['the mapping of Sub reports "PROBLEM: Function call failed"']],
  ['nothing of a mapping that reads nothing because nothing is written', { ...STREAM, lastResult: 'No records processed' }, {}, []],
  ['only the pause, not what the mapping reported before it', { ...STREAM, state: 'Disabled', lastResult: 'PROBLEM: Function call failed' }, {}, ['Sub is paused']],
  ['a spill', QUEUE, { ...QUEUE_SEEN, spilled: 2 }, ['Sub has 2 items spilled, because its queue does not take them']],
  ['a queue that is gone', QUEUE, { gone: ['its queue'] }, ['the queue of Sub is gone: deploy the stack again']],
] as const)('of concern is %s', (_case, reader, seen, expected) => {
  expect(concerns(readerStatus(reader, seen, NOW))).toEqual(expected);
});

const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:1:table/Orders/stream/2026-11-25T00:00:00.000';
const environment = (Variables: Record<string, string>) => ({ FunctionName: 'fn', Environment: { Variables } });

test('a reader is what its function\'s environment says', () => {
  const settings = { CDC_SETTINGS: '{"version":1,"subscriber":"Fraud","maxRecordAgeSeconds":600}', CDC_FAILURE_BUCKET: 'b', CDC_LEDGER_TABLE: 'l' };
  expect(deployedReader({ EventSourceArn: STREAM_ARN, UUID: 'u', State: 'Enabled' }, environment(settings))).toMatchObject({
    name: 'Fraud', kind: 'STREAM', mappingId: 'u', table: 'Orders', failureBucket: 'b', ledgerTable: 'l', maxAgeSeconds: 600,
  });
  const ofMapping = deployedReader({ EventSourceArn: STREAM_ARN, MaximumRecordAgeInSeconds: 300 }, environment(settings));
  expect(ofMapping).toMatchObject({ maxAgeSeconds: 300 });
  expect(deployedReader({ EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q.fifo' }, environment({ ...settings, CDC_QUEUE_URL: 'url' }))).toMatchObject({
    name: 'Fraud', kind: 'QUEUE', queueUrl: 'url', maxAgeSeconds: undefined,
  });
  expect(deployedReader({ EventSourceArn: STREAM_ARN }, environment({ CDC_QUEUE_PARAMETERS: 'p' }))).toMatchObject({ name: 'cdc.relay', kind: 'RELAY' });
});

test.each([
  ['OK', 'OK'], ['PROBLEM: Function call failed', 'PROBLEM: Function call failed'], ['PROBLEM: the role has no permission to read', 'PROBLEM: the role has no permis…'],
])('the table shows the last result %j as %j, and JSON the whole', (LastProcessingResult, shown) => {
  const status = readerStatus(deployedReader({ EventSourceArn: STREAM_ARN, State: 'Enabled', LastProcessingResult }, { FunctionName: 'raw' })!, {}, NOW);
  expect(status.lastResult).toBe(LastProcessingResult);
  expect(statusTable([status])).toContain(shown);
});

test.each([
  ['what its event source mapping discards is in a bucket of its own', 'arn:aws:s3:::discards', { CDC_FAILURE_BUCKET: 'b' }, { failureBucket: 'b', discardBucket: 'discards' }],
  ['an older version had both in one', 'arn:aws-us-gov:s3:::b', { CDC_FAILURE_BUCKET: 'b' }, { failureBucket: 'b', discardBucket: 'b' }],
  ['a function of the user\'s own has no other', 'arn:aws:s3:::discards', {}, { failureBucket: 'discards', discardBucket: 'discards' }],
  ['a destination of another kind is no bucket', 'arn:aws:sqs:eu-west-1:1:q', { CDC_FAILURE_BUCKET: 'b' }, { failureBucket: 'b', discardBucket: undefined }],
])('the buckets of a reader: %s', (_case, Destination, variables, expected) => {
  const reader = deployedReader({ EventSourceArn: STREAM_ARN, DestinationConfig: { OnFailure: { Destination } } }, environment(variables))!;
  expect(reader).toMatchObject(expected);
  expect(readerStatus(reader, {}, NOW)).toMatchObject({ failureBucket: expected.failureBucket, discardBucket: expected.discardBucket ?? null });
});

test('of a queue nothing is reported', () => {
  expect(readerStatus(QUEUE, {}, NOW).lastResult).toBeNull();
});

test('a function of the user\'s own goes by its name on a stream, without limits the stream keeps it for a day; on a queue it is not ours', () => {
  expect(deployedReader({ EventSourceArn: STREAM_ARN, MaximumRecordAgeInSeconds: -1 }, { FunctionName: 'raw' })).toMatchObject({
    name: 'raw', kind: 'STREAM', maxAgeSeconds: 24 * HOUR, failureBucket: undefined,
  });
  expect(deployedReader({ EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q' }, { FunctionName: 'raw' })).toBeUndefined();
  // What it has under the library's own name must not make it a function of the user's own.
  expect(() => deployedReader({ EventSourceArn: STREAM_ARN }, environment({ CDC_SETTINGS: 'no JSON' }))).toThrow('The settings of function fn cannot be read');
});

test('a function of the user\'s own on a queue is the subscriber that the queue\'s relay says it is', () => {
  const relay = deployedReader({ EventSourceArn: STREAM_ARN }, environment({ CDC_QUEUE_PARAMETERS: 'p,q', CDC_LEDGER_TABLE: 'l', CDC_FAILURE_BUCKET: 'b' }))!;
  expect(relay.queueParameters).toEqual(['p', 'q']);
  expect(deployedReader({ EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q.fifo', UUID: 'u' }, { FunctionName: 'raw' }, { name: 'Audit', queueUrl: 'url', relay })).toMatchObject({
    name: 'Audit', kind: 'QUEUE', mappingId: 'u', functionName: 'raw', queueUrl: 'url', ledgerTable: 'l', failureBucket: 'b', settings: undefined,
  });
});

test('a queue\'s table is that of the relay with the same ledger', () => {
  const readers = withTables([{ ...STREAM, kind: 'RELAY', ledgerTable: 'l' }, { ...QUEUE, table: undefined, ledgerTable: 'l' }, { ...QUEUE, table: undefined, ledgerTable: 'x' }]);
  expect(readers.map(({ table }) => table)).toEqual(['T', 'T', undefined]);
});

test.each([
  [{ name: 'AccessDeniedException', message: 'User is not authorized to perform: lambda:X' }, /^Access was denied: User .*lambda:X\. Use credentials with the permissions that docs\/operate\.md and docs\/redrive\.md list\.$/],
  [{ name: 'CredentialsProviderError' }, /sign in, or set AWS_PROFILE/],
  [{ name: 'Error', message: 'Region is missing' }, /set AWS_REGION/],
  [{ name: 'Error', code: 'ECONNREFUSED' }, /cannot be reached \(ECONNREFUSED\)/],
  [{ name: 'ResourceNotFoundException', message: 'gone' }, /^gone\. The stack does not describe/],
])('what AWS refuses is a sentence with a next step: %j', (error, sentence) => {
  expect(explained(error)).toMatchObject({ name: 'UserError', message: expect.stringMatching(sentence) });
});

test('what is not foreseen is not explained away', () => {
  const error = new TypeError('x is undefined');
  expect(explained(error)).toBe(error);
});

test.each([[0, '0 s'], [59, '59 s'], [60, '1 min'], [61, '1 min 1 s'], [12 * HOUR, '12 h'], [HOUR + 61, '1 h 1 min'], [336 * HOUR, '14 d'], [25 * HOUR, '1 d 1 h']])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
