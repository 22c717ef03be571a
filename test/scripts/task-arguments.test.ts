import { taskArguments } from '../../scripts/task-arguments';

const argv = (...given: string[]) => ['node', 'script.ts', ...given];

test.each([
  [['--', '--seed', '1'], ['--seed', '1']],
  [['--seed', '1'], ['--seed', '1']],
  // Only the first one is projen's: what stands behind another is the user's own.
  [['case', '--', '--check'], ['case', '--', '--check']],
  [['--', '--', 'case'], ['--', 'case']],
  [['--'], []],
  [[], []],
])('%j is understood as %j', (given, understood) => {
  expect(taskArguments(argv(...given))).toEqual(understood);
});
