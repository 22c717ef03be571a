import type { RawItem, RawValue } from './attribute-value';
import type { Change, Item } from './change';
import { readChange, TTL_PRINCIPAL } from './read-change';
import { CHANGE_JSON_VERSION, ChangeJson } from '../../contract/change-json';

/**
 * Reads a change from its JSON form: from the text, or from what `JSON.parse` made of it.
 *
 * @throws TypeError that names the member that does not have the form of version 1, without its value
 */
export function changeFromJson<T = Item>(json: ChangeJson | string): Change<T> {
  const form = (typeof json === 'string' ? parsed(json) : json) as Partial<ChangeJson>;
  check(isObject(form), 'the change', 'an object');
  check(form.formatVersion === CHANGE_JSON_VERSION, 'formatVersion', String(CHANGE_JSON_VERSION));
  for (const name of ['eventName', 'eventID', 'sequenceNumber'] as const) check(typeof form[name] === 'string', name, 'text');
  check(typeof form.expiredByTtl === 'boolean', 'expiredByTtl', 'true or false');
  const createdAt = Date.parse(String(form.approximateCreationDateTime));
  check(!Number.isNaN(createdAt), 'approximateCreationDateTime', 'a time in ISO 8601');
  for (const name of ['keys', 'newImage', 'oldImage'] as const) {
    if (name === 'keys' || form[name] !== undefined) checkItem(form[name], name);
  }
  // A copy: what the caller does with the JSON afterwards is no concern of the change.
  const { eventName, eventID, sequenceNumber, keys, newImage, oldImage } = structuredClone(form as ChangeJson);
  return readChange({
    eventName,
    eventID,
    ...(form.expiredByTtl && { userIdentity: { type: 'Service', principalId: TTL_PRINCIPAL } }),
    dynamodb: { Keys: keys, NewImage: newImage, OldImage: oldImage, SequenceNumber: sequenceNumber, ApproximateCreationDateTime: createdAt / 1000 },
  }) as unknown as Change<T>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('the text is not JSON');
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

const TYPES = new Map<string, (value: unknown, place: string) => boolean>([
  ['S', isText],
  ['N', isText],
  ['B', isText],
  ['BOOL', isFlag],
  ['NULL', isFlag],
  ['SS', isTexts],
  ['NS', isTexts],
  ['BS', isTexts],
  ['M', (value, place) => checkItem(value, place)],
  ['L', (value, place) => Array.isArray(value) && value.every((member, index) => checkValue(member, `${place}[${index}]`))],
]);

function checkItem(item: unknown, place: string): item is RawItem {
  check(isObject(item), place, 'an object of attributes');
  return Object.entries(item).every(([name, value]) => checkValue(value, `${place}.${name}`));
}

function checkValue(value: unknown, place: string): value is RawValue {
  const members = isObject(value) ? Object.entries(value) : [];
  const [type, content] = members[0] ?? [];
  check(members.length === 1 && TYPES.get(type!)?.(content, place) === true, place, 'an attribute value in DynamoDB JSON, such as {"N":"1"}');
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function check(holds: boolean, place: string, expected: string): asserts holds {
  if (!holds) throw new TypeError(`changeFromJson: ${place} is not ${expected}`);
}
