import { FilterNode } from '../../../src/contract/filter';
import { compileFilter } from '../../../src/filter/model';

/** The share of a record's parsing that a residual may cost. */
const SHARE = 0.25;
const ROUNDS = 15;
const CALLS = 2000;

const at = (name: string) => ({ image: 'NEW_IMAGE' as const, path: [name] });

/** Ten nodes, each of which is evaluated. */
const TEN_NODES: FilterNode = {
  node: 'allOf',
  of: [
    { node: 'eventName', oneOf: ['INSERT', 'MODIFY'] },
    { node: 'compare', op: 'GT', value: { N: '1000' }, ...at('amount') },
    { node: 'compare', op: 'LE', value: { N: '99999999999999999999.5' }, ...at('amount') },
    { node: 'equals', oneOf: [{ S: 'DE' }, { S: 'FR' }, { S: 'IT' }], ...at('country') },
    { node: 'contains', in: 'SS', value: { S: 'tag-7' }, ...at('tags') },
    { node: 'negate', of: { node: 'beginsWith', value: { S: 'test-' }, ...at('account') } },
    { node: 'equals', oneOf: [{ S: 'x' }], image: 'NEW_IMAGE', path: ['customer', 'segment'] },
    { node: 'changed', path: ['status'] },
  ],
};

function record(): object {
  const image = (status: string) => ({
    amount: { N: '1234.56' },
    country: { S: 'IT' },
    account: { S: 'account-0001' },
    status: { S: status },
    tags: { SS: Array.from({ length: 8 }, (_, index) => `tag-${index}`) },
    customer: { M: { segment: { S: 'x' }, name: { S: 'A name' } } },
    ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`attribute${index}`, { S: `value ${index} of some length, as items have` }])),
  });
  return { eventID: '1', eventName: 'MODIFY', dynamodb: { Keys: { account: { S: 'account-0001' } }, NewImage: image('new'), OldImage: image('old') } };
}

function fastest(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call++) work();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return best;
}

test('ten nodes cost at most a quarter of parsing the record', () => {
  const text = JSON.stringify(record());
  expect(text.length).toBeGreaterThan(1800);
  expect(text.length).toBeLessThan(2600);
  const parsed = Array.from({ length: 16 }, () => JSON.parse(text));
  const matches = compileFilter({ version: 1, root: TEN_NODES });
  expect(matches(parsed[0])).toBe(true);
  let turn = 0;
  const evaluating = fastest(() => void matches(parsed[turn++ % 16]));
  const parsing = fastest(() => void JSON.parse(text));
  expect(evaluating / parsing).toBeLessThan(SHARE);
  process.stdout.write(`ten nodes cost ${(100 * evaluating / parsing).toFixed(1)} % of JSON.parse (${(evaluating / CALLS / 1000).toFixed(2)} us)\n`);
});
