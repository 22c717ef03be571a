import { App } from 'aws-cdk-lib';
import { encrypted, manySubscribers, nestedStacks, severalStacks, sharedFunction } from './apps';
import { synthesized } from './assembly/synthesized';
import { RULES } from './rules';
import { apps } from '../gates/apps';

function violations(made: App[]): string[] {
  const assemblies = made.map(synthesized);
  expect(assemblies.flatMap(({ stacks }) => stacks).length).toBeGreaterThan(0);
  return RULES.flatMap(({ check, name }) => assemblies.flatMap(check).map((violation) => `${name}: ${violation}`));
}

test.each<[string, () => App[]]>([
  ['every example', apps],
  ['50 queued subscribers with dashboard, alarms and autoRedrive', () => [manySubscribers()]],
  ['one subscriber of each kind with a key', () => [encrypted()]],
  ['a function that two subscribers share', () => [sharedFunction()]],
  ['several stacks', () => [severalStacks()]],
  ['nested stacks', () => [nestedStacks()]],
])('AWS deploys %s', (_name, make) => {
  expect(violations(make())).toEqual([]);
});
