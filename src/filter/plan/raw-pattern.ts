import { fail, requireImages } from './checks';
import { FilterPlan, FilterPlanContext } from './filter-plan';
import { mergedPattern } from './merge-patterns';
import { JsonObject } from './repeated-field';
import { FilterImage, FilterNode, PatternNode } from '../../contract/filter';

type Split = (root: FilterNode, context: FilterPlanContext) => FilterPlan;

export function holdsPattern(node: FilterNode): boolean {
  switch (node.node) {
    case 'allOf': case 'anyOf': return node.of.some(holdsPattern);
    case 'negate': return holdsPattern(node.of);
    default: return node.node === 'pattern';
  }
}

/** Plans a filter in which the user's own patterns stand where only the mapping can evaluate them. */
export function planWithPattern(root: FilterNode, context: FilterPlanContext, split: Split): FilterPlan {
  const parts = root.node === 'allOf' || root.node === 'anyOf' ? root.of : [root];
  const own = parts.filter((part) => part.node === 'pattern');
  const others = parts.filter((part) => part.node !== 'pattern');
  if (others.some(holdsPattern) || (root.node === 'allOf' && own.length > 1)) {
    fail(context, 'ChangeFilter.pattern() may stand alone, once in the outermost allOf, or in the outermost anyOf. '
      + 'Write what has to hold together into one pattern, and its negation with anything-but.');
  }
  for (const { pattern } of own) requireImages(imagesIn(JSON.parse(pattern) as JsonObject), `pattern ${pattern}`, context);
  const reasons = own.map(({ pattern }) => `pushed down: pattern ${pattern}`);
  if (others.length === 0) return withinQuota({ patterns: own.map(({ pattern }) => pattern), reasons }, context);
  return root.node === 'anyOf' ? either(own, others, reasons, context, split) : both(own[0], others, reasons, context, split);
}

function either(own: PatternNode[], others: FilterNode[], reasons: string[], context: FilterPlanContext, split: Split): FilterPlan {
  const left = Math.max(1, context.maxPatterns - own.length);
  const rest = split(others.length === 1 ? others[0] : { node: 'anyOf', of: others }, { ...context, maxPatterns: left });
  if (rest.residual) {
    fail(context, 'beside ChangeFilter.pattern() in anyOf only what the mapping can evaluate may stand, because the runtime cannot tell which of them '
      + `let a change pass. Not so: ${rest.reasons.filter((text) => !text.startsWith('pushed down: ')).join('; ')}. Use two subscribers.`);
  }
  return withinQuota({ patterns: [...own.map(({ pattern }) => pattern), ...rest.patterns], reasons: [...reasons, ...rest.reasons] }, context);
}

function both(own: PatternNode, others: FilterNode[], reasons: string[], context: FilterPlanContext, split: Split): FilterPlan {
  const root: FilterNode = others.length === 1 ? others[0] : { node: 'allOf', of: others };
  const rest = split(root, context);
  if (rest.patterns.length === 0) return { ...rest, patterns: [own.pattern], reasons: [...reasons, ...rest.reasons] };
  const merged = rest.patterns.map((pattern) => mergedPattern(own.pattern, pattern));
  if (merged.every((pattern) => pattern !== undefined)) return { ...rest, patterns: merged, reasons: [...reasons, ...rest.reasons] };
  return {
    patterns: [own.pattern],
    residual: { version: 1, root },
    reasons: [...reasons, 'evaluated by the runtime: all else, because it does not fit into one pattern with ChangeFilter.pattern()'],
  };
}

function withinQuota(plan: FilterPlan, context: FilterPlanContext): FilterPlan {
  if (plan.patterns.length > context.maxPatterns) {
    fail(context, `the filter needs ${plan.patterns.length} patterns, the mapping may have ${context.maxPatterns}. `
      + 'Join patterns that differ in one field into one with several values, or state the quota AWS granted.');
  }
  return plan;
}

function imagesIn(pattern: JsonObject): FilterImage[] {
  const paths = pathsIn(pattern, '');
  const reads = (image: string) => paths.some((path) => path === `dynamodb.${image}` || path.startsWith(`dynamodb.${image}.`));
  return [...(reads('NewImage') ? ['NEW_IMAGE' as const] : []), ...(reads('OldImage') ? ['OLD_IMAGE' as const] : [])];
}

/** Paths of all fields, those inside `$or` included; names with dots are paths. */
function pathsIn(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix.slice(0, -1)];
  return Object.entries(value).flatMap(([name, inner]) => name === '$or' && Array.isArray(inner)
    ? inner.flatMap((branch) => pathsIn(branch, prefix))
    : pathsIn(inner, `${prefix}${name}.`));
}
