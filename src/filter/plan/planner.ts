import { alternativesOf } from './alternatives';
import { checkFilter, fail } from './checks';
import { FilterPlan, FilterPlanContext } from './filter-plan';
import { fit, Fitted } from './fit';
import { Literal } from './leaf';
import { pushdownOf } from './pushdown';
import { holdsPattern, planWithPattern } from './raw-pattern';
import { FILTER_VERSION, FilterNode, SerializedFilter } from '../../contract/filter';
import { describeNode } from '../model/describe';
import { readFilter } from '../model/read-filter';

/** Splits a filter into patterns for the mapping and a residual for the runtime. */
export function planFilter(node: FilterNode, context: FilterPlanContext): FilterPlan {
  const { root } = readFilter(serialize(node));
  checkFilter(root, context);
  const plan = planUnchecked(root, context);
  if (plan.residual && !context.allowResidual) {
    fail(context, `without the library's runtime the mapping has to evaluate the whole filter, and it cannot: ${plan.reasons.filter(staysBehind).join('; ')}. `
      + 'Use a handler that brings the runtime (ChangeHandler.fromEntry or fromDirectory), leave that part out, or check it in the function.');
  }
  return plan;
}

/** The same for a filter that synth would perhaps refuse: `filter match` shows what it does all the same. */
export function planUnchecked(root: FilterNode, context: FilterPlanContext): FilterPlan {
  return holdsPattern(root) ? planWithPattern(root, context, split) : split(root, context);
}

/** The filter as the runtime evaluates it when nothing is pushed down. */
export function wholeFilter(node: FilterNode, context: FilterPlanContext): SerializedFilter {
  const whole = readFilter(serialize(node));
  checkFilter(whole.root, context);
  if (holdsPattern(whole.root)) {
    fail(context, 'ChangeFilter.pattern() can only be evaluated by the mapping of a StreamSubscriber. State the filter with Attr, or use a StreamSubscriber.');
  }
  return whole;
}

function split(root: FilterNode, { maxPatterns }: FilterPlanContext): FilterPlan {
  const parts = conjunctsOf(root);
  const alternatives = alternativesOf(root);
  const { patterns, lost } = alternatives.any.length > 0 ? fit(alternatives, maxPatterns) : NEVER;
  const loose = parts.map(looseness);
  const left = lost.length > 0 ? parts : parts.filter((_, index) => loose[index].length > 0);
  return {
    patterns: patterns.map((pattern) => JSON.stringify(pattern)),
    ...(left.length > 0 && { residual: serialize(left.length === 1 ? left[0] : { node: 'allOf', of: left }) }),
    reasons: [...parts.map((part, index) => reason(part, loose[index], patterns.length > 0)), ...lost.map((why) => `${WIDENED}: ${why}`)],
  };
}

/** What must hold together, however deep the allOf nest. */
function conjunctsOf(node: FilterNode): readonly FilterNode[] {
  return node.node === 'allOf' ? node.of.flatMap(conjunctsOf) : [node];
}

/** No pattern says "nothing": the runtime has to. */
const NEVER: Fitted = { patterns: [], lost: ['it can never match'] };

const PUSHED = 'pushed down';
const WIDENED = 'the patterns let more pass and the runtime evaluates the whole filter';

function staysBehind(text: string): boolean {
  return !text.startsWith(`${PUSHED}: `);
}

function reason(part: FilterNode, loose: readonly string[], anyPattern: boolean): string {
  if (loose.length === 0) return `${PUSHED}: ${describeNode(part)}`;
  return `${anyPattern ? 'evaluated by the runtime, after what the patterns can tell' : 'evaluated by the runtime'}: ${describeNode(part)}: ${loose.join(', ')}`;
}

/** Why the pushdown of this part alone lets more pass than the part; empty when it does not. */
function looseness(part: FilterNode): string[] {
  const pushdowns = literalsOf(part).flatMap(pushdownOf);
  return [...new Set(pushdowns.flatMap(({ loose }) => loose ?? []))];
}

function literalsOf(node: FilterNode, negated = false): Literal[] {
  switch (node.node) {
    case 'negate': return literalsOf(node.of, !negated);
    case 'allOf': case 'anyOf': return node.of.flatMap((part) => literalsOf(part, negated));
    case 'pattern': return [];
    default: return [{ leaf: node, negated }];
  }
}

function serialize(root: FilterNode): SerializedFilter {
  return { version: FILTER_VERSION, root };
}
