/**
 * DynamoDB's numbers: decimals of up to 38 digits, compared without loss. Comparing, adding one bound and a normal form are
 * all a filter needs, so there is no decimal library in the runtime's bundle.
 */

export interface Decimal {
  readonly negative: boolean;
  /** Significant digits without zeros at either end; empty for zero. */
  readonly digits: string;
  /** The value is 0.digits times ten to this power; 0 for zero. */
  readonly exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
/** Beyond DynamoDB's range by far; keeps a malformed exponent from making a giant integer. */
const EXPONENT_LIMIT = 1000;

/** Undefined when the text is no decimal number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (!match || !(match[2] || match[3])) return undefined;
  const whole = match[2];
  const all = whole + (match[3] ?? '');
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { negative: false, digits: '', exponent: 0 };
  const exponent = whole.length - (all.length - digits.length) + Number(match[4] ?? 0);
  if (Math.abs(exponent) > EXPONENT_LIMIT) return undefined;
  return { negative: match[1] === '-', digits: digits.replace(/0+$/, ''), exponent };
}

/** Below, at or above zero as `a` is below, equal to or above `b`; NaN when either is no number. */
export function compareDecimals(a: string, b: string): number {
  return comparerTo(b)(a);
}

/** Compares with one bound, prepared once. */
export function comparerTo(bound: string): (text: string) => number {
  const y = Number(bound);
  const exactly = parseDecimal(bound);
  return (text) => {
    const x = Number(text);
    // Rounding never changes the order of two decimals, it can only make them look equal.
    if (x < y) return -1;
    if (x > y) return 1;
    return compareExactly(parseDecimal(text), exactly);
  };
}

function compareExactly(a: Decimal | undefined, b: Decimal | undefined): number {
  if (!a || !b) return NaN;
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const sign = a.negative ? -1 : 1;
  // Zero has no digits and no exponent to compare by.
  if (a.digits === '' || b.digits === '') return sign * (a.digits.length - b.digits.length);
  if (a.exponent !== b.exponent) return sign * (a.exponent - b.exponent);
  return a.digits === b.digits ? 0 : sign * (a.digits < b.digits ? -1 : 1);
}

/** The same text for the same value, however it is written; undefined when it is no number. */
export function normalizeDecimal(text: string): string | undefined {
  const decimal = parseDecimal(text);
  return decimal && `${decimal.negative ? '-' : ''}0.${decimal.digits}e${decimal.exponent}`;
}

const SMALL_INTEGER = /^-?\d{1,15}$/;

/** True when `to - from` is at least `by`. */
export function roseBy(from: string, to: string, by: string): boolean {
  if (SMALL_INTEGER.test(from) && SMALL_INTEGER.test(to) && SMALL_INTEGER.test(by)) return Number(to) - Number(from) >= Number(by);
  const parts = [parseDecimal(from), parseDecimal(to), parseDecimal(by)];
  if (!allDefined(parts)) return false;
  const scale = Math.min(...parts.map(lowestPower));
  const [start, end, rise] = parts.map((part) => scaled(part, scale));
  return end - start >= rise;
}

function allDefined(parts: (Decimal | undefined)[]): parts is Decimal[] {
  return parts.every((part) => part !== undefined);
}

function lowestPower(decimal: Decimal): number {
  return decimal.exponent - decimal.digits.length;
}

function scaled(decimal: Decimal, scale: number): bigint {
  const magnitude = BigInt(decimal.digits || '0') * 10n ** BigInt(lowestPower(decimal) - scale);
  return decimal.negative ? -magnitude : magnitude;
}
