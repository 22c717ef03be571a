import { FILTER_VERSION, FilterNode, SerializedFilter } from '../../contract/filter';
import { FilterPlan, FilterPlanContext } from './filter-plan';

/** Splits a filter into patterns for the mapping and a residual for the runtime. */
export function planFilter(node: FilterNode, _context: FilterPlanContext): FilterPlan {
  return { patterns: [], residual: serialize(node), reasons: [] };
}

/** The filter as the runtime evaluates it when nothing is pushed down. */
export function wholeFilter(node: FilterNode, _context: FilterPlanContext): SerializedFilter {
  return serialize(node);
}

function serialize(root: FilterNode): SerializedFilter {
  return { version: FILTER_VERSION, root };
}
