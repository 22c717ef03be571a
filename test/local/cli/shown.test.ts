import { shown, shownLines } from '../../../src/local/cli/shown';

test('lines of JSON mean the same with their control characters escaped', () => {
  const value = { name: '\u0000\u001b[31m\u007f\u009b\u2028\u202e\u200f\ufeff', text: 'ä 漢 😀\n\t' };
  const line = JSON.stringify(value);
  expect(JSON.parse(shownLines(line))).toEqual(value);
  expect(JSON.parse(shownLines(JSON.stringify(value, undefined, 2)))).toEqual(value);
  // eslint-disable-next-line no-control-regex
  expect(shownLines(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e\u200f\ufeff]/);
});

test('a field stays in its line', () => {
  expect(shown('a\nb\tc')).toBe('a\\u000ab\\u0009c');
  expect(shownLines('a\nb\tc')).toBe('a\nb\tc');
});
