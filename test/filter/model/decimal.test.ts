import * as fc from 'fast-check';
import { compareDecimals, normalizeDecimal, roseBy } from '../../../src/filter/model/decimal';
import { number, printedNumber } from '../support/arbitraries';

const SCALE = 60;

/** An independent reading: the value as an integer of tens to the minus sixty. */
function scaled(text: string): bigint {
  const [mantissa, power = '0'] = text.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole, fraction = ''] = mantissa.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction) * 10n ** BigInt(SCALE + Number(power) - fraction.length);
  return negative ? -magnitude : magnitude;
}

test('numbers compare by value, however printed', () => {
  fc.assert(fc.property(printedNumber, printedNumber, (a, b) => {
    const expected = scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0;
    expect(Math.sign(compareDecimals(a, b))).toBe(expected);
    expect(normalizeDecimal(a) === normalizeDecimal(b)).toBe(expected === 0);
  }), { numRuns: 5000, seed: 3 });
});

test('neighbours that look equal as JavaScript numbers are told apart', () => {
  fc.assert(fc.property(fc.bigInt({ min: 10n ** 37n, max: 10n ** 38n - 2n }), fc.nat(37), (digits, point) => {
    const at = (value: bigint) => `${String(value).slice(0, 38 - point)}.${String(value).slice(38 - point) || '0'}`;
    expect(compareDecimals(at(digits), at(digits + 1n))).toBeLessThan(0);
    expect(compareDecimals(at(digits + 1n), at(digits))).toBeGreaterThan(0);
    expect(compareDecimals(at(digits), at(digits))).toBe(0);
  }), { seed: 4 });
});

test('a rise is exact', () => {
  fc.assert(fc.property(printedNumber, printedNumber, number, (from, to, by) => {
    expect(roseBy(from, to, by)).toBe(scaled(to) - scaled(from) >= scaled(by));
  }), { numRuns: 5000, seed: 5 });
  expect(roseBy('0.1', '0.3', '0.2')).toBe(true);
  expect(roseBy('0.1', '0.3', '0.20000000000000000000000000000000000001')).toBe(false);
});

test.each([['0', '-0'], ['1', '1.0'], ['100', '1E2'], ['100', '1e+2'], ['0.1', '.1'], ['0.001', '1e-3'], ['1e125', `1${'0'.repeat(125)}`]])('%s is %s', (a, b) => {
  expect(compareDecimals(a, b)).toBe(0);
});

test.each(['', ' ', 'x', '1,5', 'NaN', '1e9999999', '--1', '0x10'])('"%s", which DynamoDB cannot write, is no number and is not thrown at', (text) => {
  expect(normalizeDecimal(text)).toBeUndefined();
  expect(typeof compareDecimals(text, '1')).toBe('number');
  expect(roseBy(text, '1', '1')).toBe(false);
});
