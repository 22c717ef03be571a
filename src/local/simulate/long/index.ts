export { LONG_FAULTS, makeLongPlan, type LongPlan } from './long-plan';
export { runLongHistory, type LongResult } from './long-history';
