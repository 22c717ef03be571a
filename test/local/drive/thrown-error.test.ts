import { thrownError } from '../../../src/local/drive/thrown-error';

test('the error that ended an invocation of Node.js is the last of its log', () => {
  const log = ['told: boom', 'CardError: card 4111', '  boom', '    at pay (/code/index.js:1:2)', '    at process (node:internal/x:1:1)'].join('\n');

  expect(thrownError(log, 'card 4111\n  boom')).toEqual({
    message: 'CardError: card 4111\n  boom',
    stack: ['at pay (/code/index.js:1:2)', 'at process (node:internal/x:1:1)'],
    before: 'told: boom',
  });
});

test('that of Python stands below its frames', () => {
  const log = ['before', 'Traceback (most recent call last):', '  File "index.py", line 2, in handler', 'ValueError: boom'].join('\n');

  expect(thrownError(log, 'boom')).toEqual({ message: 'ValueError: boom', stack: ['  File "index.py", line 2, in handler'], before: 'before' });
});

test.each([
  ['a timeout, which has no stack', 'still at it', 'Task timed out after 2.00 seconds'],
  ['an error without a message', 'Error\n    at pay (x:1:1)', ''],
  ['text that only looks like it', 'boom\nand more', 'boom'],
])('nothing is read from %s', (_case, log, message) => {
  expect(thrownError(log, message)).toBeUndefined();
});
