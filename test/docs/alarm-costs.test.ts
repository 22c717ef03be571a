import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { CdcAlarms, QueuedSubscriber } from '../../src';
import { ALARM_METRIC_USD } from '../../src/contract/limits';
import { useBootstrap } from '../support/bootstrap';
import { handler, newStack, orders, resources, subscribe } from '../support/stacks';

/** What docs/operate.md states of the alarms' costs, held against the metrics that the synthesized alarms evaluate. */

const OPERATE = readFileSync('docs/operate.md', 'utf8');

beforeAll(() => useBootstrap());

function everything(withPolicy: boolean): Stack {
  const stack = newStack();
  if (withPolicy) CdcAlarms.of(stack);
  const source = orders(stack);
  subscribe(stack, 'Direct', source, { autoRedrive: {} });
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler() });
  return stack;
}

/** A row of the table: alarms, metrics, and the price of those. */
function costs(stack: Stack, subject: string): string {
  const all = Object.values(resources(stack)).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const alarms = all.filter(({ Properties }) => Properties.AlarmDescription.startsWith(subject));
  // An expression is billed by the metrics it is made from.
  const metrics = alarms.map(({ Properties: { Metrics } }) => (Metrics ? Metrics.filter((query: object) => 'MetricStat' in query).length : 1));
  const count = metrics.reduce((sum, one) => sum + one, 0);
  return `${alarms.length} | ${count} | ${(count * ALARM_METRIC_USD).toFixed(2)}`;
}

const SAME = 'the same, with a `CdcAlarms` policy';

test.each([
  ['`StreamSubscriber`', 'Subscriber Direct '],
  ['subscriber with a queue', 'Subscriber Queued '],
  ['relay of a table', 'The relay '],
])('of a %s, without and with a policy', (row, subject) => {
  const policy = costs(everything(true), subject);
  expect(policy).not.toMatch(/^0/);
  expect(OPERATE).toContain(`| ${row} | ${costs(everything(false), subject)} |\n| ${SAME} | ${policy} |`);
});

test('of the functions on a schedule', () => {
  expect(OPERATE).toContain(`| watch of a table's failure store, with a \`CdcAlarms\` policy | ${costs(everything(true), 'The watch ')} |`);
  expect(OPERATE).toContain(`| auto-redrive | ${costs(everything(false), 'Auto-redrive')} |`);
});

test('and the price of a metric', () => {
  expect(OPERATE).toContain(`${ALARM_METRIC_USD.toFixed(2)} USD a month for each (us-east-1)`);
  expect(readFileSync('docs/limits.md', 'utf8')).toContain(`| \`ALARM_METRIC_USD\` | ${ALARM_METRIC_USD.toFixed(2)} USD`);
});
