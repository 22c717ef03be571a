export { makeRedrivePlan } from './redrive-plan';
export { runRedriveHistory } from './redrive-history';
