import * as fc from 'fast-check';
import { codePoints, compareText, foldAscii } from '../../../src/filter/model/text-order';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}') }));

test('text is ordered by its UTF-8 bytes', () => {
  fc.assert(fc.property(text, text, (a, b) => {
    expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }), { numRuns: 2000, seed: 6 });
  // What JavaScript would say.
  expect('\uffff' < '😀').toBe(false);
  expect(compareText('\uffff', '😀')).toBeLessThan(0);
});

test('characters are code points', () => {
  fc.assert(fc.property(text, (value) => expect(codePoints(value)).toBe([...value].length)), { seed: 7 });
});

test('only A to Z are folded', () => {
  expect(foldAscii('AZaz É\u212aß')).toBe('azaz É\u212aß');
});
