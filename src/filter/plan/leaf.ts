import {
  AllOfNode, AnyOfNode, FilterAttributeType, FilterEventName, FilterImage, FilterNode, FilterOperand, FilterValue, NegateNode, PatternNode,
} from '../../contract/filter';

/** A statement that holds no other. */
export type Leaf = Exclude<FilterNode, AllOfNode | AnyOfNode | NegateNode | PatternNode>;

/** A statement or its opposite: what is left when negation has been moved inwards. */
export interface Literal {
  readonly leaf: Leaf;
  readonly negated: boolean;
}

export const EVENT_NAMES: readonly FilterEventName[] = ['INSERT', 'MODIFY', 'REMOVE'];

/** The events whose records carry the image, when the stream's view type has it at all. */
export const EVENTS_WITH: { readonly [image in FilterImage]: readonly FilterEventName[] } = {
  NEW_IMAGE: ['INSERT', 'MODIFY'],
  OLD_IMAGE: ['MODIFY', 'REMOVE'],
  KEYS: EVENT_NAMES,
};

export function typeOfValue(value: FilterValue): 'S' | 'N' | 'B' | 'BOOL' {
  return Object.keys(value)[0] as 'S' | 'N' | 'B' | 'BOOL';
}

/** The one type an attribute must have for the leaf to be true; undefined when any will do or several would. */
export function requiredType(leaf: Leaf): FilterAttributeType | undefined {
  switch (leaf.node) {
    case 'exists': case 'size': return leaf.type;
    case 'equals': return onlyOne(leaf.oneOf.map(typeOfValue));
    case 'equalsIgnoringCase': case 'endsWith': return 'S';
    case 'equalsSet': return Object.keys(leaf.value)[0] as FilterAttributeType;
    case 'beginsWith': case 'compare': return typeOfValue(leaf.value);
    case 'contains': return leaf.in;
    default: return undefined;
  }
}

function onlyOne<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** Where the leaf looks, when that is one place in one image. */
export function operandOf(leaf: Leaf): FilterOperand | undefined {
  return 'image' in leaf ? leaf : undefined;
}

/** Every leaf of the filter, in order. */
export function leavesOf(node: FilterNode): Leaf[] {
  switch (node.node) {
    case 'allOf': case 'anyOf': return node.of.flatMap(leavesOf);
    case 'negate': return leavesOf(node.of);
    case 'pattern': return [];
    default: return [node];
  }
}
