import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { ExactNumber } from '../../../src/runtime';
import { writeValue } from '../../../src/runtime/change/write-value';

const bytes = (...values: number[]) => Buffer.from(values);

test.each<[string, unknown, object]>([
  ['null', null, { NULL: true }],
  ['true', true, { BOOL: true }],
  ['false', false, { BOOL: false }],
  ['an empty text', '', { S: '' }],
  ['text', 'a', { S: 'a' }],
  ['zero', 0, { N: '0' }],
  ['a number', -1.5, { N: '-1.5' }],
  ['a small number', 1e-130, { N: '1e-130' }],
  ['a bigint', 12345678901234567890n, { N: '12345678901234567890' }],
  ['an exact number', new ExactNumber('1.50'), { N: '1.50' }],
  ['a number of the SDK\'s', NumberValue.from('1.50'), { N: '1.50' }],
  ['an empty list', [], { L: [] }],
  ['a list', [null, 'a'], { L: [{ NULL: true }, { S: 'a' }] }],
  ['an empty map', {}, { M: {} }],
  ['a map', { a: null, b: [1] }, { M: { a: { NULL: true }, b: { L: [{ N: '1' }] } } }],
  ['a Map', new Map([['a', 1]]), { M: { a: { N: '1' } } }],
  ['a set of text', new Set(['a', '']), { SS: ['a', ''] }],
  ['a set of numbers of each kind', new Set([1, 2n, new ExactNumber('3.0')]), { NS: ['1', '2', '3.0'] }],
  ['a set of binary', new Set([bytes(0), bytes(255)]), { BS: [bytes(0), bytes(255)] }],
  ['a Buffer', bytes(0, 255), { B: bytes(0, 255) }],
  ['no bytes', new Uint8Array(), { B: bytes() }],
  ['a part of a larger buffer', new Uint8Array([9, 1, 2, 9]).subarray(1, 3), { B: bytes(1, 2) }],
  ['the bytes of wider elements', new Uint16Array([0x0201, 0x0403]), { B: bytes(1, 2, 3, 4) }],
  ['the bytes of a view', new DataView(new Uint8Array([9, 1, 2]).buffer, 1), { B: bytes(1, 2) }],
])('%s is written as it stands in a request', (_name, value, written) => {
  expect(writeValue(value)).toEqual(written);
});
