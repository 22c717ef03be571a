/**
 * What a filter means, written down from the table in docs/filters.md and nothing else: slow, plain, and sharing no code with
 * the evaluator that ships. Both are held against each other and against AWS's own matcher.
 */
import { FilterNode, FilterValue } from '../../../src/contract/filter';

type Json = any; // eslint-disable-line @typescript-eslint/no-explicit-any

export function meaning(node: FilterNode, record: Json): boolean {
  switch (node.node) {
    case 'allOf': return node.of.filter((part) => !meaning(part, record)).length === 0;
    case 'anyOf': return node.of.filter((part) => meaning(part, record)).length > 0;
    case 'negate': return !meaning(node.of, record);
    case 'eventName': return node.oneOf.includes(record.eventName);
    case 'expiredByTtl': return record.eventName === 'REMOVE'
      && record.userIdentity?.type === 'Service' && record.userIdentity?.principalId === 'dynamodb.amazonaws.com';
    case 'changed': return key(find(record.dynamodb.OldImage, node.path)) !== key(find(record.dynamodb.NewImage, node.path));
    case 'moved': {
      const before = find(record.dynamodb.OldImage, node.path)?.N;
      const after = find(record.dynamodb.NewImage, node.path)?.N;
      if (before === undefined || after === undefined) return false;
      const rise = exact(after) - exact(before);
      return (node.direction === 'UP' ? rise : -rise) >= exact(node.by);
    }
    case 'pattern': throw new Error('a raw pattern has no meaning here');
    default: {
      const image = { NEW_IMAGE: record.dynamodb.NewImage, OLD_IMAGE: record.dynamodb.OldImage, KEYS: record.dynamodb.Keys }[node.image];
      if (image === undefined) return false;
      const value = find(image, node.path);
      if (node.node === 'absent') return value === undefined;
      return value === undefined ? false : ofValue(node, value);
    }
  }
}

function ofValue(node: Exclude<FilterNode, { node: 'allOf' | 'anyOf' | 'negate' | 'eventName' | 'expiredByTtl' | 'changed' | 'moved' | 'pattern' | 'absent' }>, value: Json) {
  const type = Object.keys(value)[0];
  switch (node.node) {
    case 'exists': return node.type === undefined || node.type === type;
    case 'equals': return node.oneOf.some((each) => key(each) === key(value));
    case 'equalsIgnoringCase': return type === 'S' && node.oneOf.some((each) => lower(each) === lower(value.S));
    case 'equalsSet': return key(node.value) === key(value);
    case 'beginsWith':
      if (node.value.S !== undefined) return type === 'S' && value.S.slice(0, node.value.S.length) === node.value.S;
      return type === 'B' && hex(value.B).indexOf(hex(node.value.B!)) === 0;
    case 'endsWith': return type === 'S' && hex(Buffer.from(value.S).toString('base64')).endsWith(Buffer.from(node.value.S!).toString('hex'));
    case 'compare': return compares(node.op, node.value, value);
    case 'contains': return contains(node.in, node.value, value);
    case 'size': {
      if (node.type !== type) return false;
      const size = type === 'S' ? [...value.S].length : type === 'B' ? hex(value.B).length / 2 : Object.keys(value[type]).length;
      return size >= node.min && (node.max === undefined || size <= node.max);
    }
  }
}

function compares(op: string, bound: FilterValue, value: Json): boolean {
  let order: number;
  if (bound.N !== undefined && value.N !== undefined) order = Number(exact(value.N) > exact(bound.N)) - Number(exact(value.N) < exact(bound.N));
  else if (bound.S !== undefined && value.S !== undefined) order = Buffer.compare(Buffer.from(value.S), Buffer.from(bound.S));
  else if (bound.B !== undefined && value.B !== undefined) order = hex(value.B) < hex(bound.B) ? -1 : Number(hex(value.B) > hex(bound.B));
  else return false;
  return { LT: order < 0, LE: order <= 0, GT: order > 0, GE: order >= 0 }[op]!;
}

function contains(type: string, wanted: FilterValue, value: Json): boolean {
  const held = value[type];
  if (held === undefined) return false;
  if (type === 'S') return Buffer.from(held).indexOf(wanted.S!) >= 0;
  if (type === 'L') return held.some((element: Json) => key(element) === key(wanted));
  return held.some((member: string) => key({ [type[0]]: member }) === key(wanted));
}

/** The attribute at the path, through maps only. */
function find(image: Json, [name, ...inner]: readonly string[]): Json {
  if (image === undefined || !Object.keys(image).includes(name)) return undefined;
  return inner.length === 0 ? image[name] : find(image[name].M, inner);
}

/** The same text for the same value. */
function key(value: Json): string {
  if (value === undefined) return 'missing';
  const [type] = Object.keys(value);
  const content = value[type];
  switch (type) {
    case 'N': return `N ${exact(content)}`;
    case 'NS': return `NS ${content.map(exact).map(String).sort().join()}`;
    case 'SS': case 'BS': return `${type} ${JSON.stringify([...content].sort())}`;
    case 'L': return `L ${JSON.stringify(content.map(key))}`;
    case 'M': return `M ${JSON.stringify(Object.keys(content).sort().map((name) => [name, key(content[name])]))}`;
    default: return `${type} ${JSON.stringify(content)}`;
  }
}

const SCALE = 400;

/** The number times ten to the 400th, which is an integer for every DynamoDB number. */
function exact(text: string): bigint {
  const [mantissa, power = '0'] = text.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = BigInt(`${whole}${fraction}` === '-' ? '0' : `${whole}${fraction}`);
  return digits * 10n ** BigInt(SCALE + Number(power) - fraction.length);
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

function lower(text: string): string {
  return [...text].map((letter) => (letter >= 'A' && letter <= 'Z' ? String.fromCharCode(letter.charCodeAt(0) + 32) : letter)).join('');
}
