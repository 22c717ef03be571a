import { Entry, PENDING } from '../../../src/local/model/entry';
import { settledByResponse } from '../../../src/local/model/response';

const batch: Entry[] = ['100', '101', '102'].map(sequenceNumber =>
  ({ offered: { sequenceNumber, arrivedAt: 0, bytes: 1, key: 'a', record: {} }, status: PENDING, readAt: 0 }));
const reporting = (...identifiers: unknown[]) => ({ batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })) });

test.each([
  ['an empty array', []], ['null', null], ['nothing', undefined], ['an empty return', ''], ['{}', {}],
  ['an empty list', reporting()], ['a null list', { batchItemFailures: null }],
  ['a misnamed list', { failures: [{ itemIdentifier: '100' }] }],
])('%s settles the whole batch', (_name, payload) => {
  expect(settledByResponse(payload, batch)).toBe(3);
});

test.each([
  ['an empty identifier', reporting('')], ['a null identifier', reporting(null)], ['an unknown identifier', reporting('999')],
  ['a number', reporting(100)], ['a misnamed identifier', { batchItemFailures: [{ id: '101' }] }],
  ['a null failure', { batchItemFailures: [null] }], ['a list that is none', { batchItemFailures: '101' }],
  ['an unknown identifier beside a known one', reporting('102', '999')], ['the first record', reporting('100')],
  ['text', 'done'], ['a filled array', ['101']],
])('%s settles nothing', (_name, payload) => {
  expect(settledByResponse(payload, batch)).toBe(0);
});

test('settles what comes before the lowest reported record', () => {
  expect(settledByResponse(reporting('102'), batch)).toBe(2);
  expect(settledByResponse(reporting('102', '101'), batch)).toBe(1);
});
