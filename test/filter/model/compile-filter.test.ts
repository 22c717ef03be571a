import * as fc from 'fast-check';
import { compileFilter } from '../../../src/filter/model';
import { change, filter } from '../support/arbitraries';
import { meaning } from '../support/naive-meaning';

const ON = { image: 'NEW_IMAGE', path: ['a'] };

test('a record means what the table says, for every filter', () => {
  fc.assert(fc.property(filter, change, (root, record) => {
    expect(compileFilter({ version: 1, root })(record)).toBe(meaning(root, record));
  }), { numRuns: 3000, seed: 1 });
}, 60_000);

test.each([
  ['no image at all', {}],
  ['nothing of DynamoDB\'s', { eventName: 'INSERT' }],
  ['no identity', { eventName: 'REMOVE', dynamodb: { Keys: {} }, userIdentity: null }],
  ['an empty image', { eventName: 'INSERT', dynamodb: { Keys: {}, NewImage: {} } }],
])('a record with %s is answered, never thrown at', (_, record) => {
  fc.assert(fc.property(filter, (root) => {
    expect(typeof compileFilter({ version: 1, root })(record as never)).toBe('boolean');
  }), { numRuns: 300, seed: 2 });
});

describe('fails loudly, with what to do, for', () => {
  test.each([
    ['a newer version', { version: 2, root: { node: 'expiredByTtl' } }, /Filter version 2 is not known.*Upgrade cdk-dynamodb-cdc/],
    ['no version', { root: { node: 'expiredByTtl' } }, /with "version" and "root", as JSON.stringify\(filter\) gives it/],
    ['no object', 'INSERT', /is an object with "version" and "root"/],
    ['an unknown node', { version: 1, root: { node: 'matches', ...ON } }, /Filter node "matches" at root is not known: upgrade/],
    ['a node of Object.prototype', { version: 1, root: { node: 'toString' } }, /not known: upgrade/],
    ['an unknown node deep inside', { version: 1, root: { node: 'allOf', of: [{ node: 'negate', of: { node: 'x' } }] } }, /at root.of\[0\].of is not known/],
    ['an unknown field', { version: 1, root: { node: 'absent', ...ON, unless: 'b' } }, /unknown field "unless": upgrade/],
    ['a missing field', { version: 1, root: { node: 'absent', image: 'NEW_IMAGE' } }, /"path" has a value that is not allowed: undefined/],
    ['an unknown image', { version: 1, root: { node: 'absent', image: 'OTHER', path: ['a'] } }, /"image" has a value that is not allowed: "OTHER"/],
    ['an unknown event', { version: 1, root: { node: 'eventName', oneOf: ['UPSERT'] } }, /"oneOf" has a value/],
    ['a number that is none', { version: 1, root: { node: 'equals', ...ON, oneOf: [{ N: 'NaN' }] } }, /"oneOf" has a value/],
    ['a value of two types', { version: 1, root: { node: 'equals', ...ON, oneOf: [{ S: 'a', N: '1' }] } }, /"oneOf" has a value/],
    ['nothing to combine', { version: 1, root: { node: 'allOf', of: [] } }, /"of" has a value/],
    ['no node', { version: 1, root: null }, /at root is no node/],
    ['a raw pattern', { version: 1, root: { node: 'pattern', pattern: '{}' } }, /evaluated by the event source mapping only/],
  ])('%s', (_, serialized, message) => {
    expect(() => compileFilter(serialized)).toThrow(message);
  });

  test('nesting beyond any filter\'s', () => {
    let root: object = { node: 'expiredByTtl' };
    for (let depth = 0; depth < 100_000; depth++) root = { node: 'negate', of: root };
    expect(() => compileFilter({ version: 1, root })).toThrow(/more than 200 deep/);
  });
});
