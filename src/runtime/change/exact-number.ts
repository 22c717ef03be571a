const BRAND = Symbol.for('cdk-dynamodb-cdc.exact-number');
const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/**
 * No clone algorithm and no document client takes a symbol. The description is all that their errors quote, so it says what to do.
 */
const UNCLONEABLE = Symbol.for('an ExactNumber cannot be cloned or marshalled: pass its toString(), toBigInt() or NumberValue.from(exact.value)');

/**
 * A DynamoDB number that JavaScript's `number` cannot hold without loss (up to 38 significant digits), or that is an integer beyond
 * `Number.MAX_SAFE_INTEGER`. It keeps the digits as DynamoDB wrote them and can be handed back in `context.commit` unchanged.
 *
 * The AWS SDK's document client and `structuredClone` do not know the class, and throw. Convert it first:
 * `NumberValue.from(exact.value)` of `@aws-sdk/lib-dynamodb`, `toBigInt()` or `toString()`.
 */
export class ExactNumber {
  /** True for an ExactNumber of any copy of this module, and for a spread copy of one. */
  public static is(value: unknown): value is ExactNumber {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: boolean })[BRAND] === true;
  }

  /** The decimal as DynamoDB wrote it. */
  public readonly value: string;

  /** @throws RangeError when the text is not a decimal number */
  public constructor(value: string) {
    if (!DECIMAL.test(value)) throw new RangeError('not a decimal number');
    this.value = value;
    // The user's bundle holds its own copy of this class, so the type is told by a brand. It is enumerable, so that spread copies have it.
    (this as { [BRAND]?: boolean })[BRAND] = true;
    // A copy that loses the brand would be written as a map. This property makes such a copy fail.
    (this as { uncloneable?: symbol }).uncloneable = UNCLONEABLE;
  }

  public toString(): string {
    return this.value;
  }

  /** The digits, as a string: a JSON number would lose them. */
  public toJSON(): string {
    return this.value;
  }

  /** @internal What `console.log` shows. */
  public [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `ExactNumber(${this.value})`;
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
    const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(this.value)!;
    const digits = (whole + fraction).replace(/0+$/, '');
    const zeros = whole.length + Number(exponent) - digits.length;
    if (digits !== '' && zeros < 0) throw new RangeError('a number with a fraction has no bigint');
    return BigInt(`${digits || '0'}${'0'.repeat(Math.max(0, zeros))}`) * (sign === '-' ? -1n : 1n);
  }
}
