import { RULES } from './rules';

const CASES = RULES.map(({ name, ...rule }) => ({ name, rule }));

describe.each(CASES)('$name', ({ rule: { accepted, check, refused, source } }) => {
  test('has a source, and cases of both kinds', () => {
    expect(source.length).toBeGreaterThan(10);
    expect(Math.min(refused.length, accepted.length)).toBeGreaterThan(0);
  });

  test.each(refused.map((assembly, index) => ({ index, assembly })))('reports case $index, and names the resource or stack', ({ assembly }) => {
    const ids = assembly.stacks.flatMap(({ name, template }) => [name, ...Object.keys({ ...template.Resources, ...template.Outputs })]);
    const violations = check(assembly);
    expect(violations.length).toBeGreaterThan(0);
    const namesOne = (violation: string) => ids.some((id) => violation.startsWith(`${id}:`) || violation.startsWith(`${id} ->`));
    expect(violations.filter((violation) => !namesOne(violation))).toEqual([]);
  });

  test.each(accepted.map((assembly, index) => ({ index, assembly })))('accepts case $index', ({ assembly }) => {
    expect(check(assembly)).toEqual([]);
  });
});

test('no two rules have one name', () => {
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
});
