export { makeBrokeredPlan } from './brokered-plan';
export { makeGivenUpPlan } from './given-up-plan';
export { runBrokeredHistory } from './brokered-history';
