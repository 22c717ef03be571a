import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { FanOutSubscribers } from '../../src';
import { DEFAULTS, LONG_WORK_DEFAULTS, QUEUE_DEFAULTS } from '../../src/contract/settings';
import { useBootstrap } from '../support/bootstrap';
import { parseCommand } from '../support/parse-command';
import { handler, newStack, orders, resources, subscribe } from '../support/stacks';

/** What the README says in numbers, held against what says so: the code, a synth, the bench's results, or arithmetic. */

const README = readFileSync('README.md', 'utf8');

beforeAll(() => useBootstrap());

/** Where lines break says nothing. */
const unbroken = (text: string) => text.replace(/\s+/g, ' ');

function says(sentence: string, where = README): void {
  expect(unbroken(where)).toContain(unbroken(sentence));
}

describe('resources', () => {
  const ALARM = 'AWS::CloudWatch::Alarm';

  function counted(add: (stack: Stack) => void): { all: number; alarms: number } {
    const stack = newStack();
    add(stack);
    const all = Object.values(resources(stack));
    return { all: all.length, alarms: all.filter(({ Type }) => Type === ALARM).length };
  }
  const onStream = (count: number) => counted((stack) => {
    const source = orders(stack);
    for (let index = 0; index < count; index++) subscribe(stack, `S${index}`, source);
  });
  const behindRelay = (count: number) => counted((stack) => {
    const subscribers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { handler: handler() }]));
    new FanOutSubscribers(stack, 'Notify', { source: orders(stack), subscribers });
  });

  test('of a subscriber on the stream and of one with a queue', () => {
    const [one, two] = [onStream(1), onStream(2)];
    const [first, second] = [behindRelay(1), behindRelay(2)];
    says(`| adds | ${two.all - one.all} resources, of which ${two.alarms - one.alarms} are alarms | `
      + `${second.all - first.all} resources, of which ${second.alarms - first.alarms} are alarms; the first one also the relay |`);
    says(`| alarms | none | none | – | ${{ 7: 'seven' }[two.alarms - one.alarms]}, each with a runbook section |`);
  });

  test('of fifty subscribers with their table', () => {
    says(`50 with their table are ${behindRelay(50).all} of its 500 resources`);
  });
});

test('defaults', () => {
  const hours = (seconds: number) => seconds / 3600;
  const days = (seconds: number) => hours(seconds) / 24;
  says(`| batch size | ${DEFAULTS.batchSize}, no window |`);
  says(`| \`maxAttempts\`, \`attemptSpan\` | ${DEFAULTS.maxAttempts} over at least one minute |`);
  says(`| \`maxRecordAge\` | ${hours(DEFAULTS.maxRecordAgeSeconds)} hours |`);
  says(`| \`concurrency\`, \`flushSize\` | ${DEFAULTS.concurrency}, ${DEFAULTS.flushSize} | a crash repeats at most ${DEFAULTS.concurrency + DEFAULTS.flushSize} changes`);
  says(`| timeout, memory | ${DEFAULTS.timeoutSeconds / 60} minutes (with a queue ${QUEUE_DEFAULTS.timeoutSeconds / 60}), ${DEFAULTS.memoryMiB} MiB, ARM |`);
  says(`| logs | ${DEFAULTS.logRetentionDays} days,`);
  says(`at \`maxRecordAge\`, ${hours(DEFAULTS.maxRecordAgeSeconds)} hours, they go to the failure store | in its queue; likewise, after ${days(QUEUE_DEFAULTS.maxRecordAgeSeconds)} days |`);
  says(`holds up its item for \`lease\`, ${{ 60: 'one minute' }[LONG_WORK_DEFAULTS.leaseSeconds]}, and`);
  says(`within \`queueRetention\`, ${days(QUEUE_DEFAULTS.retentionSeconds)} days |`);
});

const commands = [...README.matchAll(/^npx (?:--yes )?cdk-dynamodb-cdc (.+)$/gm)].map(([, line]) => line);

test('has commands of the command line', () => {
  expect(commands).toContain('local');
  expect(commands.length).toBeGreaterThan(5);
});

test.each(commands)('cdk-dynamodb-cdc %s is a command', (line) => {
  expect(() => parseCommand(line.split(' '))).not.toThrow();
});

describe('cost', () => {
  const PRICES: { readonly [row: string]: { readonly usd: number; readonly stated: string } } = {
    'ledger writes': { usd: 0.625 / 1e6, stated: '0.625 USD per million write units' },
    'ledger reads, strongly consistent': { usd: 0.125 / 1e6, stated: '0.125 USD per million read units' },
    'queue requests': { usd: 0.5 / 1e6, stated: '0.50 USD per million requests to FIFO queues' },
    'invocations': { usd: 0.2 / 1e6, stated: '0.20 USD per million invocations' },
    'GB-seconds': { usd: 0.0000133334, stated: '0.0000133334 USD per GB-second (ARM)' },
  };
  const section = README.slice(README.indexOf('## Cost'), README.indexOf('## Compared'));
  const tables = section.split(/\n\n(?=\| )/).slice(1).map((text) => text.split('\n\n')[0].split('\n').slice(2).map((line) => line.split('|').map((cell) => cell.trim()).slice(1, 4)));

  /** `10,000 × 50 ms × 0.5 GB` and `100,000 sent + 100,000 received`. */
  function quantity(arithmetic: string): number {
    return arithmetic.split('+').map((term) => term.split('×').map((factor) => {
      const [value, unit] = factor.trim().replaceAll(',', '').split(' ');
      return Number(value) / (unit === 'ms' ? 1000 : 1);
    }).reduce((product, factor) => product * factor, 1)).reduce((sum, term) => sum + term, 0);
  }

  const rounded = (usd: number, like: string) => usd.toFixed(like.split('.')[1].length);

  test('has three tables, and states every price it uses', () => {
    expect(tables).toHaveLength(3);
    for (const { stated } of Object.values(PRICES)) says(stated, section);
  });

  test.each([0, 1, 2])('of table %i follows from its arithmetic', (index) => {
    const rows = tables[index].slice(0, -1);
    const costs = rows.map(([row, arithmetic]) => quantity(arithmetic) * PRICES[row].usd);
    expect(rows.map(([row, , usd]) => [row, usd])).toEqual(rows.map(([row, , usd], at) => [row, rounded(costs[at], usd)]));
    const [sum] = tables[index].at(-1)!.slice(2).map((cell) => cell.replaceAll('*', ''));
    expect(sum).toBe(rounded(costs.reduce((total, cost) => total + cost, 0), sum));
  });
});

test('cost of work that takes a minute', () => {
  const million = 1_000_000;
  const gbSeconds = million * 60 * 0.5;
  says(`${gbSeconds.toLocaleString('en')} GB-seconds a million changes, ${(gbSeconds * 0.0000133334).toFixed(0)} USD`);
  // Counted in test/runtime/long/claims.test.ts: two write units and one change of visibility, with each further third of the lease one more and a read.
  const heartbeats = Math.ceil(60 / (LONG_WORK_DEFAULTS.leaseSeconds / 3)) - 1;
  const ledger = 2 * 0.625 + heartbeats * 0.125;
  const queue = (0.1 + 1 + 1 + 1 + heartbeats) * 0.5;
  says(`Ledger, queue and invocations are ${(ledger + queue + 0.2).toFixed(2)} USD beside it.`);
});

describe('what the bench measured', () => {
  interface Figure { readonly name: string; readonly variants: Record<string, { readonly median: number; readonly to: number }> }
  const { cases } = JSON.parse(readFileSync('bench/results.json', 'utf8')) as { cases: { name: string; settings: Record<string, number>; figures: Figure[] }[] };
  const figure = (of: string, name: string) => cases.find((each) => each.name === of)!.figures.find((each) => each.name === name)!.variants;

  test('store requests a record', () => {
    const { cdc, powertools } = figure('batch', 'store requests a change');
    says(`| store requests a record | – | – | ${powertools.median} | ${cdc.median} |`);
  });

  test('repeats after a crash', () => {
    const { cdc, powertools } = figure('crash', 'effects repeated');
    const { records } = cases.find(({ name }) => name === 'crash')!.settings;
    says(`| repeats after a crash half way through ${records.toLocaleString('en-US')} | ${records / 2} | ${records / 2} | ${powertools.median}, and more are refused by their own locks | at most ${DEFAULTS.concurrency + DEFAULTS.flushSize} |`);
    expect(cdc.to).toBeLessThanOrEqual(DEFAULTS.concurrency + DEFAULTS.flushSize);
    expect(figure('crash', 'changes refused when delivered again').powertools.median).toBeGreaterThan(powertools.median);
  });
});
