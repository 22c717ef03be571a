const BRAND = Symbol.for('cdk-dynamodb-cdc.exact-number');

/**
 * A DynamoDB number that JavaScript's `number` cannot hold without loss (up to 38 significant digits).
 * It keeps the digits as DynamoDB wrote them and can be handed back in `context.commit` unchanged.
 */
export class ExactNumber {
  /** True for an ExactNumber of any copy of this module. */
  public static is(value: unknown): value is ExactNumber {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: boolean })[BRAND] === true;
  }

  /** The decimal as DynamoDB wrote it. */
  public readonly value: string;

  /** @throws RangeError when the text is not a decimal number */
  public constructor(value: string) {
    decompose(value);
    this.value = value;
    // The user's bundle holds its own copy of this class, so the type is told by a brand.
    Object.defineProperty(this, BRAND, { value: true });
  }

  public toString(): string {
    return this.value;
  }

  /** The digits, as a string: a JSON number would lose them. */
  public toJSON(): string {
    return this.value;
  }

  /** The nearest JavaScript number; digits may be lost. */
  public toNumber(): number {
    return Number(this.value);
  }

  /**
   * The integer as a bigint.
   * @throws RangeError when the number has a fraction
   */
  public toBigInt(): bigint {
    const { negative, digits, exponent } = decompose(this.value);
    if (exponent < 0) throw new RangeError('a number with a fraction has no bigint');
    const magnitude = BigInt(digits + '0'.repeat(exponent));
    return negative ? -magnitude : magnitude;
  }
}

export interface Decimal {
  readonly negative: boolean;
  /** Significant digits without leading or trailing zeros; `0` for zero. */
  readonly digits: string;
  /** Power of ten that the digits are to be multiplied by. */
  readonly exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** One normal form for each decimal value, whatever way it is written. */
export function decompose(text: string): Decimal {
  const match = DECIMAL.exec(text);
  if (!match || !(match[2] || match[3])) throw new RangeError('not a decimal number');
  const fraction = match[3] ?? '';
  const all = (match[2] + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits: '0', exponent: 0 };
  return {
    negative: match[1] === '-',
    digits,
    exponent: Number(match[4] ?? 0) - fraction.length + (all.length - digits.length),
  };
}

/** True when two ways of writing denote the same decimal. */
export function sameDecimal(a: string, b: string): boolean {
  if (a === b) return true;
  const left = decompose(a);
  const right = decompose(b);
  return left.negative === right.negative && left.digits === right.digits && left.exponent === right.exponent;
}

const SHORT_INTEGER = /^-?[1-9]\d{0,14}$/;

/** A JavaScript number where it holds the same decimal, the exact digits otherwise. */
export function readNumber(text: string): number | ExactNumber {
  const value = Number(text);
  if (SHORT_INTEGER.test(text) || text === '0') return value;
  return Number.isFinite(value) && sameDecimal(text, String(value)) ? value : new ExactNumber(text);
}
