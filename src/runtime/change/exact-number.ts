const BRAND = Symbol.for('cdk-dynamodb-cdc.exact-number');
const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

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
    if (!DECIMAL.test(value)) throw new RangeError('not a decimal number');
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
    const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(this.value)!;
    const digits = (whole + fraction).replace(/0+$/, '');
    const zeros = whole.length + Number(exponent) - digits.length;
    if (digits !== '' && zeros < 0) throw new RangeError('a number with a fraction has no bigint');
    return BigInt(`${digits || '0'}${'0'.repeat(Math.max(0, zeros))}`) * (sign === '-' ? -1n : 1n);
  }
}
