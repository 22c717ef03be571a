import { matchesPattern } from '../../../src/local/model/event-pattern';

// Each expectation was obtained from AWS's Event Ruler 2.1.0.
const image = (attributes: object) => ({ dynamodb: { NewImage: attributes } });

test.each<[string, unknown, unknown, boolean]>([
  ['equals', image({ a: { S: 'x' } }), image({ a: { S: ['y', 'x'] } }), true],
  ['is case sensitive', image({ a: { S: 'x' } }), image({ a: { S: ['X'] } }), false],
  ['ANDs fields', { a: 'x', b: 'y' }, { a: ['x'], b: ['z'] }, false],
  ['null matches a null', { a: null }, { a: [null] }, true],
  ['null does not match an absent field', {}, { a: [null] }, false],
  ['the empty string', { a: '' }, { a: [''] }, true],
  ['a boolean', { a: true }, { a: [true] }, true],
  ['numeric never matches an N', image({ a: { N: '101' } }), image({ a: { N: [{ numeric: ['=', 101] }] } }), false],
  ['an N is a string', image({ a: { N: '101' } }), image({ a: { N: ['101'] } }), true],
  ['other spellings of an N are other strings', image({ a: { N: '101.0' } }), image({ a: { N: ['101'] } }), false],
  ['numeric range of a number', { a: 5 }, { a: [{ numeric: ['>', 1, '<=', 5] }] }, true],
  ['exists:false on an attribute that is there', image({ a: { S: 'x' } }), image({ a: [{ exists: false }] }), true],
  ['exists:true on an attribute that is there', image({ a: { S: 'x' } }), image({ a: [{ exists: true }] }), false],
  ['exists:false on the S of an N', image({ a: { N: '1' } }), image({ a: { S: [{ exists: false }] } }), true],
  ['exists on an empty list', { a: [] }, { a: [{ exists: true }] }, false],
  ['anything-but does not match an absent field', { b: 1 }, { a: [{ 'anything-but': ['x'] }] }, false],
  ['anything-but on a set with a different element', { SS: ['x', 'y'] }, { SS: [{ 'anything-but': ['x'] }] }, true],
  ['anything-but on a set of the value alone', { SS: ['x'] }, { SS: [{ 'anything-but': ['x'] }] }, false],
  ['prefix', { a: 'order-1' }, { a: [{ prefix: 'order-' }] }, true],
  ['suffix', { a: 'a.png' }, { a: [{ suffix: '.png' }] }, true],
  ['equals-ignore-case', { a: 'ÄB.c' }, { a: [{ 'equals-ignore-case': 'äb.C' }] }, true],
  ['equals-ignore-case is no wildcard', { a: 'axb' }, { a: [{ 'equals-ignore-case': 'A.B' }] }, false],
  ['equals-ignore-case never matches beyond the basic plane', { a: 'b😀' }, { a: [{ 'equals-ignore-case': 'B😀' }] }, false],
  ['$or', { a: 'x', b: 'q' }, { $or: [{ a: ['y'] }, { b: ['q'] }] }, true],
  ['$or beside a field', { a: 'x', b: 'q' }, { a: ['y'], $or: [{ b: ['q'] }, { c: ['r'] }] }, false],
  ['an attribute with a dot collides with a nested path', { 'a.b': { S: 'x' } }, { a: { b: { S: ['x'] } } }, true],
  ['fields of two elements are not one element', { L: [{ a: '1', b: '2' }, { a: '3', b: '4' }] }, { L: { a: ['1'], b: ['4'] } }, false],
  ['absence in the element that matched before', { L: [{ a: '1' }, { b: '4' }] }, { L: { a: ['1'], b: [{ exists: false }] } }, true],
  ['absence looks at all elements when visited first', { L: [{ a: '1' }, { b: '4' }] }, { L: { b: ['4'], a: [{ exists: false }] } }, false],
])('%s', (_name, event, pattern, expected) => {
  expect(matchesPattern(event, pattern)).toBe(expected);
});

test.each<[string, unknown]>([
  ['an empty object', {}], ['an empty list', { a: [] }], ['a bare value', { a: 'x' }], ['a list', []],
  ['an unknown operator', { a: [{ like: 'x' }] }],
  ['two operators in one', { a: [{ prefix: 'a', suffix: 'b' }] }], ['mixed anything-but', { a: [{ 'anything-but': ['x', 1] }] }],
  ['exists of text', { a: [{ exists: 'yes' }] }], ['an upper bound first', { a: [{ numeric: ['<', 9, '>', 1] }] }],
  ['an empty range', { a: [{ numeric: ['>', 5, '<=', 5] }] }], ['one alternative', { $or: [{ a: ['x'] }] }],
  ['EventBridge\'s wildcard', { a: [{ wildcard: 'x*' }] }], ['EventBridge\'s anything-but prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }],
])('fails on %s', (_name, pattern) => {
  expect(() => matchesPattern({}, pattern)).toThrow('invalid filter pattern');
});
