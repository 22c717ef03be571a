import { Token } from 'aws-cdk-lib';
import { FilterValue } from '../contract/filter';
import { compareDecimals, normalizeDecimal, parseDecimal } from './model/decimal';
import { isPlaceholder } from '../validate/placeholders';

/** DynamoDB's numbers: precision, and the magnitudes beyond which it refuses one. */
const DIGITS = 38;
const LARGEST_EXPONENT = 126;
const SMALLEST_EXPONENT = -129;

/** A filter travels in the asset and in patterns: a value known only at deployment can be in neither. */
export function refuseTokens(where: string, value: unknown): void {
  if (Token.isUnresolved(value)) {
    throw new Error(`${where}: the value is a token, known only at deployment, and a filter is fixed at synthesis. Write the value itself.`);
  }
  if (Array.isArray(value)) value.forEach((member) => refuseTokens(where, member));
  else if (typeof value === 'object' && value !== null) Object.entries(value).forEach((entry) => refuseTokens(where, entry));
}

export function textValue(where: string, value: string): string {
  refuseTokens(where, value);
  if (typeof value !== 'string') throw new Error(`${where}: ${JSON.stringify(value)} is no text.`);
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) {
    throw new Error(`${where}: ${JSON.stringify(value)} holds half a surrogate pair, which DynamoDB cannot store.`);
  }
  return value;
}

export function partOfText(where: string, value: string): string {
  if (textValue(where, value) === '') throw new Error(`${where}: every text has the empty text in it. Use exists() to ask for a text.`);
  return value;
}

/** Text of a JavaScript number, which has at most 17 digits. */
export function numberValue(where: string, value: number): string {
  refuseTokens(where, value);
  if (typeof value !== 'number') throw new Error(`${where}: ${JSON.stringify(value)} is no number. For digits as text use ${where}Decimal.`);
  if (Number.isNaN(value)) {
    throw new Error(`${where}: NaN is no DynamoDB number. Give a finite one. If CDK looks the value up, use ${where}Decimal with its text.`);
  }
  if (!Number.isFinite(value)) throw new Error(`${where}: ${value} is no DynamoDB number. Give a finite one.`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new Error(`${where}: ${value} is beyond the integers a JavaScript number holds exactly. Use ${where}Decimal with the digits as text.`);
  }
  return decimalValue(where, String(value));
}

/** Decimal text within DynamoDB's precision and range. */
export function decimalValue(where: string, value: string): string {
  refuseTokens(where, value);
  if (isPlaceholder(value)) return '0';
  const decimal = typeof value === 'string' ? parseDecimal(value) : undefined;
  if (!decimal) throw new Error(`${where}: ${JSON.stringify(value)} is no decimal number. Write it like "1234.5".`);
  const { digits, exponent } = decimal;
  if (digits.length > DIGITS || (digits !== '' && (exponent > LARGEST_EXPONENT || exponent < SMALLEST_EXPONENT))) {
    throw new Error(`${where}: ${value} is outside DynamoDB's numbers: 38 digits, magnitudes from 1E-130 to 9.99E+125.`);
  }
  return value;
}

/** Base64 as DynamoDB Streams writes it: padded, with no unused bits set. */
export function binaryValue(where: string, value: string): string {
  refuseTokens(where, value);
  if (isPlaceholder(value)) return 'AA==';
  if (typeof value !== 'string' || Buffer.from(value, 'base64').toString('base64') !== value) {
    throw new Error(`${where}: ${JSON.stringify(value)} is no base64 text. Encode the bytes in standard base64 with padding.`);
  }
  return value;
}

export function boolValue(where: string, value: boolean): boolean {
  refuseTokens(where, value);
  if (typeof value !== 'boolean') throw new Error(`${where}: ${JSON.stringify(value)} is no boolean. Give true or false.`);
  return value;
}

export function listValues<T>(where: string, values: readonly T[], each: (where: string, value: T) => FilterValue): FilterValue[] {
  refuseTokens(where, values);
  if (!Array.isArray(values)) throw new Error(`${where}: ${JSON.stringify(values)} is no list. Give the values as a list.`);
  if (values.length === 0) throw new Error(`${where}: give at least one value; with none the filter could never match.`);
  return values.map((value) => each(where, value));
}

/** Members of a set, which holds each of them once: one with a member given twice would equal no set there is. */
export function setMembers<T>(where: string, members: readonly T[], each: (where: string, member: T) => FilterValue): string[] {
  const texts = listValues(where, members, each).map(({ S, N, B }) => S ?? N ?? B ?? '');
  const same = each(where, members[0]).N === undefined ? (text: string) => text : normalizeDecimal;
  const values = texts.map(same);
  const twice = texts.find((_, index) => values.indexOf(values[index]) !== index);
  if (twice !== undefined) throw new Error(`${where}: ${JSON.stringify(twice)} is given twice, and a set holds each member once. Leave one out.`);
  return texts;
}

export function checkBounds(where: string, lower: string, upper: string): void {
  const order = compareDecimals(lower, upper);
  if (order > 0) throw new Error(`${where}: the lower bound ${lower} is above the upper bound ${upper}, so nothing would match. Swap them.`);
}

/** A count for sizes: a whole number from 0. */
export function sizeValue(where: string, value: number): number {
  refuseTokens(where, value);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${where}: ${value} is no size. Give a whole number from 0.`);
  return value;
}

export function nameValue(where: string, name: string): string {
  refuseTokens(where, name);
  if (typeof name !== 'string' || name === '') throw new Error(`${where}: an attribute name is a text of one character or more.`);
  return textValue(where, name);
}
