export { BROKERED_FAULTS, DISCARDED_FAULTS, makeBrokeredPlan } from './brokered-plan';
export { makeGivenUpPlan } from './given-up-plan';
export { runBrokeredHistory } from './brokered-history';
