/**
 * The serialized form of a filter: what synth hands to the runtime, in the asset beside the user's code, and what
 * `filter explain` and `filter match` read. docs/filters.md defines what each node means. A reader refuses a version
 * or a node it does not know: guessing would drop changes.
 */

export const FILTER_VERSION = 1;

export interface SerializedFilter {
  readonly version: typeof FILTER_VERSION;
  readonly root: FilterNode;
}

export type FilterEventName = 'INSERT' | 'MODIFY' | 'REMOVE';

export type FilterImage = 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS';

/** DynamoDB's type descriptors. */
export type FilterAttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** A scalar as DynamoDB writes it: exactly one member; numbers as decimal text, binary as base64. */
export interface FilterValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
}

/** A set to compare with as a whole. */
export interface FilterSet {
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

export type FilterComparison = 'LT' | 'LE' | 'GT' | 'GE';

/** Where a value is found: names from the image inwards, each as it is, so a name may hold dots. */
export interface FilterOperand {
  readonly image: FilterImage;
  readonly path: readonly string[];
}

export interface AllOfNode { readonly node: 'allOf'; readonly of: readonly FilterNode[] }
export interface AnyOfNode { readonly node: 'anyOf'; readonly of: readonly FilterNode[] }
export interface NegateNode { readonly node: 'negate'; readonly of: FilterNode }
export interface EventNameNode { readonly node: 'eventName'; readonly oneOf: readonly FilterEventName[] }
/** Deleted by DynamoDB because the item's time to live had passed. */
export interface ExpiredByTtlNode { readonly node: 'expiredByTtl' }
/** There with this type, or with any type when none is given. */
export interface ExistsNode extends FilterOperand { readonly node: 'exists'; readonly type?: FilterAttributeType }
/** The image is there and the attribute is not, whatever its type. */
export interface AbsentNode extends FilterOperand { readonly node: 'absent' }
export interface EqualsNode extends FilterOperand { readonly node: 'equals'; readonly oneOf: readonly FilterValue[] }
export interface EqualsIgnoringCaseNode extends FilterOperand { readonly node: 'equalsIgnoringCase'; readonly oneOf: readonly string[] }
export interface EqualsSetNode extends FilterOperand { readonly node: 'equalsSet'; readonly value: FilterSet }
/** Text, or binary by its bytes. */
export interface BeginsWithNode extends FilterOperand { readonly node: 'beginsWith'; readonly value: FilterValue }
export interface EndsWithNode extends FilterOperand { readonly node: 'endsWith'; readonly value: FilterValue }
/** Numbers by value, text and binary by bytes, as DynamoDB orders them. */
export interface CompareNode extends FilterOperand { readonly node: 'compare'; readonly op: FilterComparison; readonly value: FilterValue }
/** Part of a text, member of a set, element of a list: `in` names the type of the attribute. */
export interface ContainsNode extends FilterOperand {
  readonly node: 'contains';
  readonly in: 'S' | 'SS' | 'NS' | 'BS' | 'L';
  readonly value: FilterValue;
}
/** Characters (code points) of a text, bytes of a binary, members of anything else: both bounds belong to it. */
export interface SizeNode extends FilterOperand {
  readonly node: 'size';
  readonly type: FilterAttributeType;
  readonly min: number;
  readonly max?: number;
}
/** The value differs between the images; one that appears or disappears differs. */
export interface ChangedNode { readonly node: 'changed'; readonly path: readonly string[] }
/** A number in both images that moved by at least `by` (decimal text, above zero) in the direction. */
export interface MovedNode {
  readonly node: 'moved';
  readonly path: readonly string[];
  readonly direction: 'UP' | 'DOWN';
  readonly by: string;
}
/** A FilterCriteria pattern of the user's own (JSON text): only AWS can evaluate it. */
export interface PatternNode { readonly node: 'pattern'; readonly pattern: string }

export type FilterNode =
  | AllOfNode
  | AnyOfNode
  | NegateNode
  | EventNameNode
  | ExpiredByTtlNode
  | ExistsNode
  | AbsentNode
  | EqualsNode
  | EqualsIgnoringCaseNode
  | EqualsSetNode
  | BeginsWithNode
  | EndsWithNode
  | CompareNode
  | ContainsNode
  | SizeNode
  | ChangedNode
  | MovedNode
  | PatternNode;
