import { Duration, Token } from 'aws-cdk-lib';
import { checkDuration, checkInteger, checkPattern } from '../../src/validate/checks';
import { invalid } from '../../src/validate/invalid';
import { newStack, numberToken, stringToken } from '../support/stacks';

test.each([
  [0, '0'], ['', '\'\''], ['text', 'text'], [undefined, 'nothing'], [true, 'true'], [Token.asString({ Ref: 'X' }), 'a token'],
])('an error says what was given: %p', (given, shown) => {
  expect(invalid(newStack(), 'batchSize', given, '1 to 10000').message).toBe(`[Stack] batchSize: given ${shown}, allowed 1 to 10000`);
});

test('an error may name the way out', () => {
  expect(invalid(newStack(), 'a', 1, '2', 'Use b').message).toBe('[Stack] a: given 1, allowed 2. Use b');
});

test('fails for numbers that are none', () => {
  for (const value of [NaN, Infinity, 1.5]) expect(() => checkInteger(newStack(), 'n', value, { min: 0, max: 9 })).toThrow('[Stack] n: given');
});

test('what is not given, and tokens, pass', () => {
  const stack = newStack();
  const bounds = { min: 5, max: 6 };
  checkInteger(stack, 'n', undefined, bounds);
  checkInteger(stack, 'n', numberToken(stack, 'A'), bounds);
  checkDuration(stack, 'd', undefined, bounds);
  checkDuration(stack, 'd', Duration.minutes(numberToken(stack, 'B')), bounds);
  checkPattern(stack, 's', stringToken(stack, 'C'), /^never$/, 'never');
});
