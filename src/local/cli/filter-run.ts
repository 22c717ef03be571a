import { checkStreamRecord } from './stream-record';
import { FilterNode } from '../../contract/filter';
import { compileFilter, FilterableRecord, readFilter } from '../../filter/model';
import { FilterKey, FilterKeySchema, FilterPlanContext } from '../../filter/plan/filter-plan';
import { planFilter, planUnchecked } from '../../filter/plan/planner';
import { holdsPattern } from '../../filter/plan/raw-pattern';
import { matchesPattern } from '../model/event-pattern';

/** What the user says of the source, as the command line has it. */
export interface FilterContextOptions {
  readonly viewType: string;
  readonly maxPatterns: number;
  readonly partitionKey?: string;
  readonly sortKey?: string;
}

export interface FilterReport {
  readonly patterns: readonly string[];
  readonly residual: unknown;
  readonly reasons: readonly string[];
}

export interface FilterMatch {
  /** The record reaches the subscriber. */
  readonly match: boolean;
  /** The mapping's patterns let it pass. */
  readonly pushdown: boolean;
  /** The runtime's part is true of it; true when there is none. */
  readonly residual: boolean;
}

export function explainFilter(serialized: unknown, options: FilterContextOptions): FilterReport {
  const { patterns, residual = null, reasons } = planFilter(readFilter(serialized).root, contextOf(options));
  return { patterns, residual, reasons };
}

export function matchFilter(question: unknown, options: FilterContextOptions): FilterMatch {
  const { filter, record } = (question ?? {}) as { readonly filter?: unknown; readonly record?: unknown };
  checkStreamRecord(record);
  const { root } = readFilter(filter);
  const plan = planUnchecked(root, contextOf(options));
  const pushdown = plan.patterns.length === 0 || plan.patterns.some((pattern) => matchesPattern(record, JSON.parse(pattern)));
  const residual = plan.residual === undefined || compileFilter(plan.residual)(record);
  return { match: isMeant(root, record, pushdown && residual), pushdown, residual };
}

/** The filter's own word where it has one; a raw pattern means what AWS makes of it. */
function isMeant(root: FilterNode, record: FilterableRecord, split: boolean): boolean {
  return holdsPattern(root) ? split : compileFilter({ version: 1, root })(record);
}

function contextOf({ viewType, maxPatterns, partitionKey, sortKey }: FilterContextOptions): FilterPlanContext {
  return {
    scopePath: 'filter',
    streamViewType: viewType,
    maxPatterns,
    allowResidual: true,
    keySchema: keySchemaOf(partitionKey, sortKey),
  };
}

function keySchemaOf(partitionKey?: string, sortKey?: string): FilterKeySchema | undefined {
  if (partitionKey === undefined) {
    if (sortKey !== undefined) throw new Error('--sort-key says nothing without --partition-key: give both');
    return undefined;
  }
  return { partitionKey: keyOf(partitionKey), sortKey: sortKey === undefined ? undefined : keyOf(sortKey) };
}

function keyOf(given: string): FilterKey {
  const match = /^(.+):([SNB])$/.exec(given);
  if (!match) throw new Error(`a key is written name:type, with the type S, N or B, not '${given}'`);
  return { name: match[1], type: match[2] };
}
