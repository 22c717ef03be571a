import { FilterComparison, FilterImage, FilterNode, FilterValue } from '../../contract/filter';

const IMAGE: { readonly [image in FilterImage]: string } = { NEW_IMAGE: 'new image', OLD_IMAGE: 'old image', KEYS: 'keys' };
const SIGN: { readonly [op in FilterComparison]: string } = { LT: '<', LE: '<=', GT: '>', GE: '>=' };
/** A reason is read by people: a long list of values is cut. */
const SHOWN_VALUES = 5;

/** The filter in words, for reasons and errors. */
export function describeNode(node: FilterNode): string {
  switch (node.node) {
    case 'allOf': return `(${node.of.map(describeNode).join(' and ')})`;
    case 'anyOf': return `(${node.of.map(describeNode).join(' or ')})`;
    case 'negate': return `not ${describeNode(node.of)}`;
    case 'eventName': return `eventName is ${node.oneOf.join(' or ')}`;
    case 'expiredByTtl': return 'expired by TTL';
    case 'exists': return `${describeOperand(node)} exists${node.type ? ` as ${node.type}` : ''}`;
    case 'absent': return `${describeOperand(node)} is absent`;
    case 'equals': return `${describeOperand(node)} is ${anyOf(node.oneOf.map(describeValue))}`;
    case 'equalsIgnoringCase': return `${describeOperand(node)} is, ignoring case, ${anyOf(node.oneOf.map((value) => JSON.stringify(value)))}`;
    case 'equalsSet': return `${describeOperand(node)} is the set ${JSON.stringify(Object.values(node.value)[0])}`;
    case 'beginsWith': return `${describeOperand(node)} begins with ${describeValue(node.value)}`;
    case 'endsWith': return `${describeOperand(node)} ends with ${describeValue(node.value)}`;
    case 'compare': return `${describeOperand(node)} ${SIGN[node.op]} ${describeValue(node.value)}`;
    case 'contains': return `${describeOperand(node)} (${node.in}) contains ${describeValue(node.value)}`;
    case 'size': return `size of ${describeOperand(node)} is ${node.min === node.max ? node.min : node.max === undefined ? `${node.min} or more` : `${node.min} to ${node.max}`}`;
    case 'changed': return `${describePath(node.path)} changed`;
    case 'moved': return `${describePath(node.path)} ${node.direction === 'UP' ? 'rose' : 'fell'} by at least ${node.by}`;
    case 'pattern': return `pattern ${node.pattern}`;
  }
}

export function describeOperand({ image, path }: { readonly image: FilterImage; readonly path: readonly string[] }): string {
  return `${describePath(path)} of the ${describeImage(image)}`;
}

export function describeImage(image: FilterImage): string {
  return IMAGE[image];
}

/** A name on its own, a nested path in brackets, so that `a.b` and `['a','b']` look different. */
export function describePath(path: readonly string[]): string {
  return path.length === 1 ? `'${path[0]}'` : `[${path.map((name) => `'${name}'`).join(', ')}]`;
}

export function describeValue({ S, N, B, BOOL }: FilterValue): string {
  if (N !== undefined) return N;
  if (BOOL !== undefined) return String(BOOL);
  return S === undefined ? `base64 ${B}` : JSON.stringify(S);
}

function anyOf(values: string[]): string {
  if (values.length <= SHOWN_VALUES) return values.join(' or ');
  return `${values.slice(0, SHOWN_VALUES).join(' or ')} or ${values.length - SHOWN_VALUES} more`;
}
