/**
 * What a task's user gave, for commander's `{ from: 'user' }`. projen hands on the `--` of `npx projen demo -- --example fraud`,
 * which would make operands of the options behind it.
 */
export function taskArguments(argv: readonly string[] = process.argv): string[] {
  const given = argv.slice(2);
  return given[0] === '--' ? given.slice(1) : given;
}
