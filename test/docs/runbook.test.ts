import { AlarmKind } from '../../src';
import { parseCommand } from '../support/parse-command';
import { argumentsOf, runbookSections } from '../support/runbook';

const VALUES = { STACK: 'Orders', NAME: 'Search', ITEM: 'item' };
const sections = runbookSections();

test('every alarm has a section, and every section an alarm', () => {
  expect(sections.map(({ name }) => name).sort()).toEqual(Object.values(AlarmKind).sort());
});

test.each(sections.map((section) => [section.name, section] as const))('%s says what it means, where to look and what to type', (_name, { text, firstLook, resolution }) => {
  expect(text).toMatch(/^\n\*\*Means\.\*\* [\s\S]+\n\*\*First look\.\*\*[\s\S]+\n\*\*Resolution\.\*\* /);
  expect(firstLook.length).toBeGreaterThan(0);
  expect(resolution.some((command) => command.startsWith('npx cdk-dynamodb-cdc '))).toBe(true);
});

const commands = sections.flatMap(({ name, firstLook, resolution }) => [...firstLook, ...resolution].map((command) => [name, command] as const));

test.each(commands)('%s: %s', (_name, command) => {
  const args = argumentsOf(command, VALUES);
  if (args) expect(() => parseCommand(args)).not.toThrow();
  // Other programs are AWS's own, in a form that both of its major versions know.
  else expect(command).toMatch(/^aws (logs filter-log-events|lambda|sqs|s3api) /);
});

test('links within the runbook lead somewhere', () => {
  const names = sections.map(({ name }) => name);
  for (const { text } of sections) for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(names).toContain(target);
});

test('a command that is mistyped would be found', () => {
  expect(() => parseCommand(['status', '--stak', 'Orders'])).toThrow(/unknown option|required option/);
  expect(() => parseCommand(['pauze', '--stack', 'Orders'])).toThrow(/unknown command/);
});
