import { repeatedField } from './repeated-field';
import { FILTER_PATTERN_CHARACTERS } from '../../contract/limits';

export type JsonObject = { [name: string]: unknown };

const RECORD_FIELDS = ['eventID', 'eventName', 'eventVersion', 'eventSource', 'awsRegion', 'dynamodb', 'eventSourceARN', 'userIdentity'];
const CHANGE_FIELDS = ['ApproximateCreationDateTime', 'Keys', 'NewImage', 'OldImage', 'SequenceNumber', 'SizeBytes', 'StreamViewType'];
const IMAGES = ['Keys', 'NewImage', 'OldImage'];
const VALUE_TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS'];

const isText = (value: unknown) => typeof value === 'string';
const isListOf = (type: string) => (value: unknown) => Array.isArray(value) && value.length > 0 && value.every((member) => typeof member === type);

/** The operators AWS documents for event source mappings, and what each takes. */
const OPERATORS: { readonly [name: string]: (value: unknown) => boolean } = {
  'exists': (value) => typeof value === 'boolean',
  'prefix': isText,
  'suffix': isText,
  'equals-ignore-case': isText,
  'anything-but': (value) => isListOf('string')(value) || isListOf('number')(value),
  'numeric': (value) => Array.isArray(value) && (value.length === 2 || value.length === 4)
    && value.every((member, index) => (index % 2 === 0 ? ['=', '<', '<=', '>', '>='].includes(member) : typeof member === 'number')),
};

/** Returns the pattern as JSON text, or fails with what AWS would refuse, or never match, and what to write instead. */
export function checkRawPattern(raw: JsonObject): string {
  if (!isObject(raw)) refuse([], 'a pattern is an object, such as { dynamodb: { Keys: { id: { S: ["x"] } } } }');
  checkObject(raw, [], false);
  const repeated = repeatedField(raw);
  if (repeated !== undefined) refuse([repeated], 'it is asked for twice, beside $or and inside it, and AWS forgets one. Repeat the other fields in each branch');
  const text = JSON.stringify(raw);
  if (text.length > FILTER_PATTERN_CHARACTERS) {
    refuse([], `it has ${text.length} characters, AWS allows ${FILTER_PATTERN_CHARACTERS}. Use several patterns in ChangeFilter.anyOf`);
  }
  return text;
}

function checkObject(value: JsonObject, path: readonly string[], insideOr: boolean): void {
  const names = Object.keys(value);
  if (names.length === 0) refuse(path, 'AWS refuses {}. Name a field, or leave it out');
  for (const name of names) {
    if (name !== '$or') checkField(value[name], [...path, name], insideOr);
    // Event Ruler 2.1.0 forgets alternatives of the outer one.
    else if (insideOr) refuse(path, 'AWS does not evaluate $or inside $or as written. List the alternatives in one $or');
    else checkOr(value[name], path);
  }
}

function checkOr(value: unknown, path: readonly string[]): void {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    refuse(path, '$or takes a list of two or more objects. An attribute of that name cannot be filtered by AWS: use Attr');
  }
  for (const branch of value as JsonObject[]) checkObject(branch, path, true);
}

function checkField(value: unknown, path: readonly string[], insideOr: boolean): void {
  const [field, member] = path;
  if (path.length === 1 && !RECORD_FIELDS.includes(field)) refuse(path, `a stream record has no such field. It has ${RECORD_FIELDS.join(', ')}`);
  if (path.length === 2 && field === 'dynamodb' && !CHANGE_FIELDS.includes(member)) refuse(path, `dynamodb has ${CHANGE_FIELDS.join(', ')}`);
  if (isObject(value)) return checkObject(value, path, insideOr);
  if (!Array.isArray(value)) refuse(path, `values stand in a list: write [${JSON.stringify(value)}]`);
  const matchers = value as unknown[];
  if (matchers.length === 0) refuse(path, 'AWS refuses []. For null write [null]');
  const isAttribute = field === 'dynamodb' && IMAGES.includes(member);
  if (isAttribute && (path.length < 4 || !VALUE_TYPES.includes(path.at(-1)!))) {
    refuse(path, `it would never match, because an attribute is an object. Name its type last, one of ${VALUE_TYPES.join(', ')}`);
  }
  for (const matcher of matchers) checkMatcher(matcher, path, isAttribute && ['N', 'NS'].includes(path.at(-1)!));
}

function checkMatcher(matcher: unknown, path: readonly string[], isNumber: boolean): void {
  if (isNumber && (typeof matcher === 'number' || (isObject(matcher) && Object.hasOwn(matcher, 'numeric')))) {
    refuse(path, 'a DynamoDB number is text to AWS, so it would never match. Use Attr.number(), or write the number as text');
  }
  if (!isObject(matcher)) {
    if (Array.isArray(matcher)) refuse(path, 'a list in a list means nothing');
    return;
  }
  const [operator, ...more] = Object.keys(matcher);
  if (more.length > 0 || !Object.hasOwn(OPERATORS, operator ?? '')) {
    refuse(path, `${JSON.stringify(matcher)} is no operator of event source mappings. They are ${Object.keys(OPERATORS).join(', ')}`);
  }
  if (!OPERATORS[operator](matcher[operator])) refuse(path, `${JSON.stringify(matcher)} has a value AWS refuses`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(path: readonly string[], why: string): never {
  throw new Error(`ChangeFilter.pattern${path.length > 0 ? ` at ${path.join('.')}` : ''}: ${why}.`);
}
