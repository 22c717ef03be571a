export { makeRedrivePlan, REDRIVE_FAULTS } from './redrive-plan';
export { runRedriveHistory } from './redrive-history';
