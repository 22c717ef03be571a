import { parseDecimal } from './decimal';
import { FILTER_VERSION, FilterNode, SerializedFilter } from '../../contract/filter';

type Check = (value: unknown) => boolean;
type Shape = { readonly [field: string]: Check };

/** Deep enough for any filter a person or a program states, shallow enough for the call stack. */
const MAX_DEPTH = 200;

const oneOf = (...allowed: unknown[]): Check => (value) => allowed.includes(value);
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.length > 0 && value.every(check);
const text: Check = (value) => typeof value === 'string';
const decimal: Check = (value) => typeof value === 'string' && parseDecimal(value) !== undefined;
const count: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const exactlyOne = (members: Shape): Check => (value) => {
  if (!isObject(value)) return false;
  const [type, ...more] = Object.keys(value);
  return type !== undefined && more.length === 0 && Object.hasOwn(members, type) && members[type](value[type]);
};

const scalar = exactlyOne({ S: text, N: decimal, B: text, BOOL: oneOf(true, false) });
const ordered = exactlyOne({ S: text, N: decimal, B: text });
const path = listOf((segment) => text(segment) && segment !== '');
const operand: Shape = { image: oneOf('NEW_IMAGE', 'OLD_IMAGE', 'KEYS'), path };
const type = oneOf('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M');

const SHAPES: { readonly [node in FilterNode['node']]: Shape } = {
  allOf: { of: listOf(isObject) },
  anyOf: { of: listOf(isObject) },
  negate: { of: isObject },
  eventName: { oneOf: listOf(oneOf('INSERT', 'MODIFY', 'REMOVE')) },
  expiredByTtl: {},
  exists: { ...operand, type: optional(type) },
  absent: operand,
  equals: { ...operand, oneOf: listOf(scalar) },
  equalsIgnoringCase: { ...operand, oneOf: listOf(text) },
  equalsSet: { ...operand, value: exactlyOne({ SS: listOf(text), NS: listOf(decimal), BS: listOf(text) }) },
  beginsWith: { ...operand, value: exactlyOne({ S: text, B: text }) },
  endsWith: { ...operand, value: exactlyOne({ S: text }) },
  compare: { ...operand, op: oneOf('LT', 'LE', 'GT', 'GE'), value: ordered },
  contains: { ...operand, in: oneOf('S', 'SS', 'NS', 'BS', 'L'), value: scalar },
  size: { ...operand, type: oneOf('S', 'B', 'SS', 'NS', 'BS', 'L', 'M'), min: count, max: optional(count) },
  changed: { path },
  moved: { path, direction: oneOf('UP', 'DOWN'), by: decimal },
  pattern: { pattern: text },
};

/** The filter as it was written, or an error that says what about it is unknown: guessing would drop changes. */
export function readFilter(serialized: unknown): SerializedFilter {
  if (!isObject(serialized) || serialized.version === undefined) {
    throw new Error('A serialized filter is an object with "version" and "root", as JSON.stringify(filter) gives it.');
  }
  if (serialized.version !== FILTER_VERSION) {
    throw new Error(
      `Filter version ${show(serialized.version)} is not known: this version of cdk-dynamodb-cdc reads version ${FILTER_VERSION}. `
      + 'Upgrade cdk-dynamodb-cdc where the filter is evaluated, then deploy again.',
    );
  }
  checkNode(serialized.root, 'root', 0);
  return serialized as unknown as SerializedFilter;
}

function checkNode(node: unknown, where: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`Filter at ${where} is nested more than ${MAX_DEPTH} deep.`);
  if (!isObject(node)) throw new Error(`Filter at ${where} is no node.`);
  const kind = node.node;
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) {
    throw new Error(`Filter node ${show(kind)} at ${where} is not known: upgrade cdk-dynamodb-cdc where the filter is evaluated, then deploy again.`);
  }
  const shape: Shape = SHAPES[kind as FilterNode['node']];
  for (const field of Object.keys(node)) {
    if (field !== 'node' && !Object.hasOwn(shape, field)) {
      throw new Error(`Filter node "${kind}" at ${where} has the unknown field ${show(field)}: upgrade cdk-dynamodb-cdc where the filter is evaluated.`);
    }
  }
  for (const [field, check] of Object.entries(shape)) {
    if (!check(node[field])) throw new Error(`Filter node "${kind}" at ${where}: "${field}" has a value that is not allowed: ${show(node[field])}.`);
  }
  checkChildren(node.of, `${where}.of`, depth + 1);
}

function checkChildren(of: unknown, where: string, depth: number): void {
  if (Array.isArray(of)) of.forEach((child, index) => checkNode(child, `${where}[${index}]`, depth));
  else if (of !== undefined) checkNode(of, where, depth);
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? 'undefined';
}
