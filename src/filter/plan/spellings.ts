import { parseDecimal } from '../model/decimal';

/** Plain integers of up to this many digits are pushed down; nothing documents how a stream prints the others. */
export const PUSHED_DIGITS = 15;

/**
 * The ways a stream may be expected to print an integer: plainly, with `.0`, and in scientific notation. All of them mean the
 * number, so naming them all costs characters and never tightness. Undefined for what must be left to the runtime.
 */
export function spellingsOf(text: string): string[] | undefined {
  const decimal = parseDecimal(text);
  if (!decimal || decimal.exponent > PUSHED_DIGITS || decimal.digits.length > decimal.exponent) return undefined;
  if (decimal.digits === '') return ['0', '0.0', '-0', '-0.0'];
  const plain = decimal.digits.padEnd(decimal.exponent, '0');
  const [first, ...rest] = decimal.digits;
  const mantissa = rest.length === 0 ? first : `${first}.${rest.join('')}`;
  const power = decimal.exponent - 1;
  const scientific = power === 0 ? [] : ['E', 'E+', 'e', 'e+'].map((mark) => `${mantissa}${mark}${power}`);
  return [plain, `${plain}.0`, ...scientific].map((spelling) => (decimal.negative ? `-${spelling}` : spelling));
}
