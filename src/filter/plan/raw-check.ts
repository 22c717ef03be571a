import { isReservedBelowOr } from './group';
import { attributeMistake, valueMistake } from './raw-attribute';
import { knownValueMistake } from './raw-known';
import { JsonObject, repeatedField } from './repeated-field';
import { FILTER_PATTERN_CHARACTERS } from '../../contract/limits';

const RECORD_FIELDS = ['eventID', 'eventName', 'eventVersion', 'eventSource', 'awsRegion', 'dynamodb', 'eventSourceARN', 'userIdentity'];
const CHANGE_FIELDS = ['ApproximateCreationDateTime', 'Keys', 'NewImage', 'OldImage', 'SequenceNumber', 'SizeBytes', 'StreamViewType'];
/** `dynamodb` and its members. */
const RECORD_DEPTH = 2;
const IDENTITY_FIELDS = ['type', 'principalId'];
const IMAGES = ['Keys', 'NewImage', 'OldImage'];

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

/** Returns the pattern as JSON text, the same for every order of its fields, or fails with what AWS would refuse, or never match, and what to write instead. */
export function checkRawPattern(raw: JsonObject): string {
  if (!isObject(raw)) refuse([], 'a pattern is an object, such as { dynamodb: { Keys: { id: { S: ["x"] } } } }');
  checkObject(raw, [], false);
  const repeated = repeatedField(raw);
  if (repeated !== undefined) refuse([repeated], 'it is asked for twice, beside $or and inside it, and AWS forgets one. Repeat the other fields in each branch');
  const text = JSON.stringify(sorted(raw));
  if (text.length > FILTER_PATTERN_CHARACTERS) {
    refuse([], `it has ${text.length} characters, AWS allows ${FILTER_PATTERN_CHARACTERS}. Use several patterns in ChangeFilter.anyOf`);
  }
  return text;
}

function checkObject(value: JsonObject, path: readonly string[], insideOr: boolean): void {
  const names = Object.keys(value);
  if (names.length === 0) refuse(path, 'AWS refuses {}. Name a field, or leave it out');
  for (const name of names) {
    if (name !== '$or') checkField(value[name], stepsTo(path, name), insideOr);
    // Event Ruler 2.1.0 forgets alternatives of the outer one.
    else if (insideOr) refuse(path, 'AWS does not evaluate $or inside $or as written. List the alternatives in one $or');
    else checkOr(value[name], path);
  }
}

/** To AWS a name with dots is a path. Below an image it may also be an attribute's name, so there it stays whole. */
function stepsTo(path: readonly string[], name: string): string[] {
  const names = name.split('.');
  const record = names.slice(0, Math.max(1, RECORD_DEPTH - path.length));
  const rest = names.slice(record.length).join('.');
  return path.length >= RECORD_DEPTH ? [...path, name] : [...path, ...record, ...(rest === '' ? [] : [rest])];
}

function checkOr(value: unknown, path: readonly string[]): void {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    refuse(path, '$or takes a list of two or more objects. An attribute of that name cannot be filtered by AWS: use Attr');
  }
  for (const branch of value as JsonObject[]) checkObject(branch, path, true);
}

function checkField(value: unknown, path: readonly string[], insideOr: boolean): void {
  const [field, member] = path;
  if (insideOr && isReservedBelowOr(path.at(-1)!)) refuse(path, `below $or AWS takes '${path.at(-1)}' for an operator. Give this alternative a pattern of its own, in anyOf`);
  if (!RECORD_FIELDS.includes(field)) refuse(path, `a stream record has no such field. It has ${RECORD_FIELDS.join(', ')}`);
  if (path.length > 1 && field === 'dynamodb' && !CHANGE_FIELDS.includes(member)) refuse(path, `dynamodb has ${CHANGE_FIELDS.join(', ')}`);
  if (path.length > 1 && field === 'userIdentity' && !IDENTITY_FIELDS.includes(path.slice(1).join('.'))) refuse(path, `userIdentity has ${IDENTITY_FIELDS.join(', ')}`);
  if (isObject(value)) return checkObject(value, path, insideOr);
  if (!Array.isArray(value)) refuse(path, `values stand in a list: write [${JSON.stringify(value)}]`);
  const matchers = value as unknown[];
  if (matchers.length === 0) refuse(path, 'AWS refuses []. For null write [null]');
  const isAttribute = field === 'dynamodb' && IMAGES.includes(member);
  const misplaced = isAttribute ? attributeMistake(path.slice(2)) : path.length === 1 && field === 'dynamodb' ? 'it would never match, because it is an object' : undefined;
  if (misplaced) refuse(path, misplaced);
  for (const matcher of matchers) {
    const mistake = isAttribute ? valueMistake(path.at(-1)!.split('.').at(-1)!, matcher) : knownValueMistake(path, matcher);
    if (mistake) refuse(path, mistake);
    checkMatcher(matcher, path);
  }
}

function checkMatcher(matcher: unknown, path: readonly string[]): void {
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

/** Java's maps have no order, and a pattern that is written in another order would be another template. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(path: readonly string[], why: string): never {
  throw new Error(`ChangeFilter.pattern${path.length > 0 ? ` at ${path.join('.')}` : ''}: ${why}.`);
}
