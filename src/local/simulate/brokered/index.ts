export { makeBrokeredPlan } from './brokered-plan';
export { runBrokeredHistory } from './brokered-history';
