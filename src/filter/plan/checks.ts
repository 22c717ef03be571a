import { alternativesOf } from './alternatives';
import { contradictionIn } from './contradiction';
import { FilterKey, FilterPlanContext } from './filter-plan';
import { Leaf, leavesOf, operandOf, requiredType } from './leaf';
import { FilterImage, FilterNode } from '../../contract/filter';
import { describeNode, describePath } from '../model/describe';

/** Fails, with what to write instead, for a filter that cannot mean what its author wanted. */
export function checkFilter(node: FilterNode, context: FilterPlanContext): void {
  for (const leaf of leavesOf(node)) {
    checkImages(leaf, context);
    checkKeys(leaf, context);
  }
  const keys = keysOf(context).map(({ name }) => name);
  const never = contradictionIn(node, { keys }) ?? (alternativesOf(node).any.length === 0 ? 'its conditions exclude each other' : undefined);
  if (never) fail(context, `the filter can never match: ${never}. Use anyOf for alternatives, or leave out one of the conditions.`);
  const dead = deadAlternative(node, keys);
  if (dead) {
    fail(context, `one of the alternatives can never match: ${describeNode(dead.node)}: ${dead.why}. Leave it out, or state what it was meant to let pass.`);
  }
  if (contradictionIn(node, { negated: true, keys })) {
    fail(context, 'the filter matches every change. Leave the filter out to receive every change, or state what is to be left out.');
  }
}

interface DeadAlternative {
  readonly node: FilterNode;
  readonly why: string;
}

/** An alternative that lets nothing pass beside others that do: its changes would be missed without a word. */
function deadAlternative(node: FilterNode, keys: readonly string[], negated = false): DeadAlternative | undefined {
  if (node.node === 'negate') return deadAlternative(node.of, keys, !negated);
  if (node.node !== 'allOf' && node.node !== 'anyOf') return undefined;
  const areAlternatives = (node.node === 'anyOf') !== negated;
  for (const part of node.of) {
    const why = areAlternatives ? contradictionIn(part, { negated, keys }) : undefined;
    if (why) return { node: negated ? opposite(part) : part, why };
    const inside = deadAlternative(part, keys, negated);
    if (inside) return inside;
  }
  return undefined;
}

function opposite(node: FilterNode): FilterNode {
  return node.node === 'negate' ? node.of : { node: 'negate', of: node };
}

export function fail({ scopePath }: FilterPlanContext, message: string): never {
  throw new Error(`${scopePath}: ${message}`);
}

const CARRIED: { readonly [viewType: string]: readonly FilterImage[] } = {
  KEYS_ONLY: ['KEYS'],
  NEW_IMAGE: ['KEYS', 'NEW_IMAGE'],
  OLD_IMAGE: ['KEYS', 'OLD_IMAGE'],
  NEW_AND_OLD_IMAGES: ['KEYS', 'NEW_IMAGE', 'OLD_IMAGE'],
};

/** What a stream may carry. */
export const VIEW_TYPES = Object.keys(CARRIED);

function checkImages(leaf: Leaf, context: FilterPlanContext): void {
  const image = operandOf(leaf)?.image;
  const comparesImages = leaf.node === 'changed' || leaf.node === 'moved';
  requireImages(comparesImages ? ['NEW_IMAGE', 'OLD_IMAGE'] : image ? [image] : [], describeNode(leaf), context);
}

/** Fails when the stream carries one of the images never. */
export function requireImages(images: readonly FilterImage[], what: string, context: FilterPlanContext): void {
  const { streamViewType } = context;
  if (!Object.hasOwn(CARRIED, streamViewType)) return;
  const missing = images.filter((image) => !CARRIED[streamViewType].includes(image));
  if (missing.length === 0) return;
  const names = missing.map((image) => (image === 'NEW_IMAGE' ? 'new' : 'old')).join(' and no ');
  fail(context, `the stream's view type ${streamViewType} carries no ${names} image, so '${what}' would never match. `
    + 'Set the table\'s stream view type to NEW_AND_OLD_IMAGES, or filter on what the stream carries: ofKeys() for a key, ofOldImage() for the old image.');
}

/** None where the table was imported without them. */
function keysOf({ keySchema }: FilterPlanContext): readonly FilterKey[] {
  return keySchema ? [keySchema.partitionKey, ...(keySchema.sortKey ? [keySchema.sortKey] : [])] : [];
}

function checkKeys(leaf: Leaf, context: FilterPlanContext): void {
  const keys = keysOf(context);
  if (keys.length === 0) return;
  if (leaf.node === 'moved' && keys.some(({ name }) => name === leaf.path[0])) {
    fail(context, `${describePath(leaf.path)} is a key attribute, and an item's keys never change, so '${describeNode(leaf)}' would never match. Leave it out.`);
  }
  const operand = operandOf(leaf);
  if (!operand) return;
  const key = keys.find(({ name }) => name === operand.path[0]);
  if (key) {checkKey(leaf, operand.path, key, context);} else if (operand.image === 'KEYS') {
    fail(context, `${describePath(operand.path)} is no key attribute of the table, so '${describeNode(leaf)}' would never match. `
      + `The keys are ${keys.map(({ name, type }) => `'${name}' (${type})`).join(' and ')}; leave ofKeys() out to filter on the new image.`);
  }
}

function checkKey(leaf: Leaf, path: readonly string[], { name, type }: FilterKey, context: FilterPlanContext): void {
  const asked = requiredType(leaf);
  const right = { S: 'Attr.text', N: 'Attr.number', B: 'Attr.binary' }[type] ?? 'Attr';
  if (leaf.node === 'absent') fail(context, `key attribute '${name}' is never absent: leave '${describeNode(leaf)}' out.`);
  if (path.length > 1 || (asked !== undefined && asked !== type)) {
    fail(context, `key attribute '${name}' is of type ${type}, so '${describeNode(leaf)}' would never match. Use ${right}('${name}').`);
  }
}
