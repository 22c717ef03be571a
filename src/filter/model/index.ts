/** What the runtime takes from the filters: it imports this and contract/, nothing else of src/filter. */
export type { FilterableRecord } from './attribute';
export { compareDecimals, normalizeDecimal } from './decimal';
export { compileFilter, type FilterPredicate } from './compile-filter';
export { describeNode } from './describe';
export { readFilter } from './read-filter';
export { sameValue } from './same-value';
