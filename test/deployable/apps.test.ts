import { App } from 'aws-cdk-lib';
import { encrypted, manySubscribers, nestedStacks, severalStacks, sharedFunction } from './apps';
import { synthesized } from './assembly/synthesized';
import { RULES } from './rules';
import { apps } from '../gates/apps';

/** Violations that are being mended: remove a line together with the fault. */
const KNOWN = [/may not put objects anywhere in/, /several statements have the id (ReadStream|StoreFailures|FindFailureStore)$/];

function violations(made: App[]): string[] {
  const assemblies = made.map(synthesized);
  expect(assemblies.flatMap(({ stacks }) => stacks).length).toBeGreaterThan(0);
  return RULES.flatMap(({ check, name }) => assemblies.flatMap(check).map((violation) => `${name}: ${violation}`))
    .filter((violation) => !KNOWN.some((known) => known.test(violation)));
}

test.each<[string, () => App[]]>([
  ['every example', apps],
  ['one subscriber of each kind with a key', () => [encrypted()]],
  ['a function that two subscribers share', () => [sharedFunction()]],
])('AWS deploys %s', (_name, make) => {
  expect(violations(make())).toEqual([]);
});

// Remove `failing` together with the fault.
test.failing.each<[string, () => App[]]>([
  ['50 queued subscribers with dashboard, alarms and autoRedrive', () => [manySubscribers()]],
  ['several stacks', () => [severalStacks()]],
  ['nested stacks', () => [nestedStacks()]],
])('AWS deploys %s', (_name, make) => {
  expect(violations(make())).toEqual([]);
});
