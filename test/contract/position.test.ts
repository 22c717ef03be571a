import fc from 'fast-check';
import { compareSequenceNumbers, isSequenceNumber, position, sequenceNumberFault, sequenceNumberOf } from '../../src/contract/position';

const LABEL = '20261123T183100.000';
/** As LocalStack counts, after Kinesis. */
const LONG = '49590338271490256608559692538361571095921575989136588898';

const digits = fc.bigInt({ min: 1n, max: 10n ** 128n - 1n }).map(String);
const lengths = fc.integer({ min: 1, max: 128 })
  .chain((length) => fc.bigInt({ min: 10n ** BigInt(length - 1), max: 10n ** BigInt(length) - 1n }).map(String));

test('a position of up to 40 digits is what it always was', () => {
  expect(position(LABEL, '100000000000000000001')).toBe(`${LABEL}#0000000000000000000100000000000000000001`);
  expect(position(LABEL, '9'.repeat(40))).toBe(`${LABEL}#${'9'.repeat(40)}`);
});

test('sequence numbers of any length are ordered as numbers, as text and by comparison', () => {
  fc.assert(fc.property(fc.oneof(digits, lengths), fc.oneof(digits, lengths), (a, b) => {
    const order = BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
    const [left, right] = [position(LABEL, a), position(LABEL, b)];
    expect(left < right ? -1 : left > right ? 1 : 0).toBe(order);
    expect(compareSequenceNumbers(a, b)).toBe(order);
    // Behind every position of an item lies the end of its objects' keys.
    expect(left < '~').toBe(true);
  }));
});

test('a position gives its sequence number back', () => {
  fc.assert(fc.property(fc.oneof(digits, lengths), (sequence) => { expect(sequenceNumberOf(position(LABEL, sequence))).toBe(sequence); }));
});

test.each([
  [undefined, 'has no sequence number'],
  ['', 'has a sequence number that is not a whole number of 1 to 128 digits: a text of 0 characters'],
  ['shardId-000:7', 'has a sequence number that is not a whole number of 1 to 128 digits: a text of 13 characters'],
  ['-5', 'has a sequence number that is not a whole number of 1 to 128 digits: a text of 2 characters'],
  ['1'.repeat(129), 'has a sequence number that is not a whole number of 1 to 128 digits: a text of 129 characters'],
  [7, 'has a sequence number that is not a whole number of 1 to 128 digits: a number, not a text'],
  [LONG, undefined], ['0', undefined],
] as const)('the fault of %p', (value, fault) => {
  expect(sequenceNumberFault(value)).toBe(fault);
  expect(isSequenceNumber(value)).toBe(fault === undefined);
});
