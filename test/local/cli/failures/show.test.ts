import { FailureRecord } from '../../../../src/contract/failure-record';
import { whole } from '../../../../src/local/cli/failures/show';
import { changeFromJson } from '../../../../src/runtime';
import { readChange } from '../../../../src/runtime/change/read-change';
import { record } from '../../../runtime/harness';

const STORED: Omit<FailureRecord, 'record'> = {
  formatVersion: 1,
  subscriber: 'Test',
  table: 'Orders',
  streamArn: 'arn',
  keyHash: 'hash',
  position: 'label#1',
  sequenceNumber: '1',
  reason: 'PERMANENT_ERROR',
  attempts: 1,
  storedAt: '2026-11-23T18:00:00.000Z',
};

test('a stored change is shown in the JSON form of changes', () => {
  const delivered = record('a', { newImage: { id: { S: 'a' }, total: { N: '12345678901234567890' } } });
  const { change, ...rest } = whole({ ...STORED, record: delivered }) as { change: never };
  expect(rest).toEqual(STORED);
  expect(JSON.stringify(change)).toBe(JSON.stringify(readChange(delivered)));
  expect(changeFromJson(JSON.stringify(change)).newImage).toEqual(readChange(delivered).newImage);
});

test.each([
  [null], ['text'], [{}], [{ dynamodb: null }], [{ dynamodb: { ApproximateCreationDateTime: 'soon' } }],
])('what cannot be read as a change is shown as it was delivered: %j', (delivered) => {
  expect(whole({ ...STORED, reason: 'MALFORMED', record: delivered })).toEqual({ ...STORED, reason: 'MALFORMED', record: delivered });
});
