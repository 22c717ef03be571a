import { readFileSync } from 'node:fs';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../../src/contract/metrics';
import { createProgram } from '../../src/local/cli/program';

const OPERATE = readFileSync('docs/operate.md', 'utf8');

function section(heading: string): string {
  return OPERATE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
}

test('every metric that functions write is listed, and no other', () => {
  const listed = [...section('Metrics').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.values(METRIC).sort());
  for (const name of [METRIC_NAMESPACE, ...Object.values(DIMENSION)]) expect(section('Metrics')).toContain(`\`${name}\``);
});

test.each(['status', 'pause', 'resume'])('%s is shown with all its options', (name) => {
  const command = createProgram().commands.find((one) => one.name() === name)!;
  const shown = OPERATE.match(new RegExp(`^npx cdk-dynamodb-cdc ${name} .*$`, 'm'))![0];
  expect([...shown.matchAll(/--[a-z-]+/g)].map(([option]) => option).sort()).toEqual(command.options.map(({ long }) => long).sort());
});

test('every link to a section of the page leads somewhere', () => {
  const headings = [...OPERATE.matchAll(/^## (.+)$/gm)].map(([, text]) => text.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
  for (const [, target] of OPERATE.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(target);
});
