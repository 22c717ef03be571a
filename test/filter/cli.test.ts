import { spawnSync } from 'child_process';
import { join } from 'path';
import { insert, remove } from './support/planned';
import { Attr, ChangeFilter } from '../../src/filter';
import { explainFilter, matchFilter } from '../../src/local/cli/filter-run';

const ROOT = join(__dirname, '../..');
const OPTIONS = { viewType: 'NEW_AND_OLD_IMAGES', maxPatterns: 5 };
const filter = ChangeFilter.allOf(ChangeFilter.inserts(), Attr.number('amount').greaterThan(1000)).toJSON();

test('explain gives patterns, residual and reasons', () => {
  expect(explainFilter(filter, OPTIONS)).toEqual({
    patterns: ['{"eventName":["INSERT"],"dynamodb":{"NewImage":{"amount":{"N":[{"exists":true}]}}}}'],
    residual: { version: 1, root: { node: 'compare', op: 'GT', value: { N: '1000' }, image: 'NEW_IMAGE', path: ['amount'] } },
    reasons: [expect.stringMatching(/^pushed down: /), expect.stringMatching(/^evaluated by the runtime/)],
  });
  expect(explainFilter(ChangeFilter.inserts().toJSON(), OPTIONS).residual).toBeNull();
});

test('match tells what AWS and what the runtime decides', () => {
  const match = (record: object) => matchFilter({ filter, record }, OPTIONS);
  expect(match(insert({ amount: { N: '1.5e3' } }))).toEqual({ match: true, pushdown: true, residual: true });
  expect(match(insert({ amount: { N: '999' } }))).toEqual({ match: false, pushdown: true, residual: false });
  expect(match(insert({ amount: { S: '9999' } }))).toEqual({ match: false, pushdown: false, residual: false });
  expect(match(remove({ amount: { N: '9999' } }))).toMatchObject({ match: false, pushdown: false });
});

test('match shows what a filter does that synth refuses', () => {
  const never = { version: 1, root: { node: 'allOf', of: [{ node: 'eventName', oneOf: ['INSERT'] }, { node: 'eventName', oneOf: ['REMOVE'] }] } };
  expect(matchFilter({ filter: never, record: insert({}) }, OPTIONS).match).toBe(false);
  expect(() => explainFilter(never, OPTIONS)).toThrow(/can never match/);
});

test('match evaluates a raw pattern as AWS does', () => {
  const raw = ChangeFilter.pattern({ eventName: ['INSERT'] }).toJSON();
  expect(matchFilter({ filter: raw, record: insert({}) }, OPTIONS)).toEqual({ match: true, pushdown: true, residual: true });
  expect(matchFilter({ filter: raw, record: remove({}) }, OPTIONS)).toEqual({ match: false, pushdown: false, residual: true });
});

test('what the user says of the table is checked', () => {
  expect(() => explainFilter(filter, { ...OPTIONS, viewType: 'KEYS_ONLY' })).toThrow(/KEYS_ONLY carries no new image/);
  expect(() => explainFilter(filter, { ...OPTIONS, partitionKey: 'amount:S' })).toThrow(/key attribute 'amount' is of type S/);
  expect(() => explainFilter(filter, { ...OPTIONS, partitionKey: 'amount' })).toThrow(/name:type/);
});

test('fails for a view type that does not exist, and for a sort key alone', () => {
  const explain = (...args: string[]) => spawnSync(process.execPath, ['--import', 'tsx', 'src/local/cli/main.ts', 'filter', 'explain', ...args], {
    cwd: ROOT, input: JSON.stringify(filter), encoding: 'utf8', timeout: 60_000,
  });
  const { stderr, status } = explain('--view-type', 'NEW_IMAGES');
  expect(stderr).toMatch(/'NEW_IMAGES' is invalid. Allowed choices are KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES/);
  expect(status).toBe(2);
  expect(() => explainFilter(filter, { ...OPTIONS, sortKey: 'amount:S' })).toThrow(/--sort-key says nothing without --partition-key/);
}, 60_000);

test.each([
  [{ Records: [insert({})] }, /is a whole event: give one of its Records/],
  [insert({ amount: 1001 }), /dynamodb.NewImage.amount is 1001: in a stream record a value stands below its type, such as {"N": "1001"}/],
  [insert({ amount: { N: 1001 } }), /a number is text, such as {"N": "1001"}/],
  [insert({ amount: { S: 'x', N: '1' } }), /stands below its type/],
  ['INSERT', /a stream record, an object/],
])('match fails for what is no stream record, since no filter would match it (%#)', (record, message) => {
  expect(() => matchFilter({ filter, record }, OPTIONS)).toThrow(message);
});

test('the command reads lines and answers lines; fails for a filter it does not know', () => {
  const lines = [{ filter, record: insert({ amount: { N: '2000' } }) }, { filter: { version: 9 }, record: {} }];
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', 'src/local/cli/main.ts', 'filter', 'match'], {
    cwd: ROOT, input: lines.map((line) => JSON.stringify(line)).join('\n'), encoding: 'utf8', timeout: 60_000,
  });
  expect(stdout).toBe('{"match":true,"pushdown":true,"residual":true}\n');
  expect(stderr).toMatch(/error: line 2: Filter version 9 is not known/);
  expect(status).toBe(2);
}, 60_000);
