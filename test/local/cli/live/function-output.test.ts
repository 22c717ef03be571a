import { FunctionOutput } from '../../../../src/local/cli/live/function-output';

function shown(write: (output: FunctionOutput) => void) {
  const lines: string[] = [];
  const failures: string[] = [];
  write(new FunctionOutput({ line: text => lines.push(text), failed: (subscriber, error) => failures.push(`${subscriber} ${error}`) }));
  return { lines, failures };
}

const FAILED = JSON.stringify({
  level: 'WARN',
  message: 'attempt failed',
  subscriber: 'Score',
  keyHash: 'RCoThTWbR6IeTsam2iGwyOSo6j-sx7cl0esdyBARoS4',
  sequenceNumber: '0042',
  error: {
    name: 'CreditError',
    message: 'no credit for \u001b[2Jo-1',
    at: [
      'at score (/tmp/cdc-local-a/ministack-lambda-Score-x1/code/lib/score.js:8:31)',
      'at re.run (file:///tmp/cdc-local-a/ministack-lambda-Score-x1/code/cdk-dynamodb-cdc-bootstrap.mjs:23:6144)',
    ],
  },
});

test('a failed attempt is shown with its change, its error, and where in the user\'s code it was thrown', () => {
  const { lines, failures } = shown(output => output.text('Score', FAILED));

  expect(lines).toEqual(['Score: an attempt failed on item RCoThTWbR6 sequence 0042: CreditError: no credit for o-1\n    at score (lib/score.js:8:31)']);
  expect(failures).toEqual(['Score CreditError: no credit for o-1']);
});

test('a postponed change is shown, and a line of the handler\'s logger', () => {
  const { lines } = shown(output => {
    output.text('Score', '{"level":"INFO","message":"postponed","subscriber":"Score","keyHash":"abcdefghijkl","sequenceNumber":"7","error":{"name":"RetryLaterError"}}');
    output.text('Score', '{"level":"INFO","message":"scored","subscriber":"Score","keyHash":"abcdefghijkl","sequenceNumber":"7","risk":3}');
  });

  expect(lines).toEqual([
    'Score: the handler asked for more time on item abcdefghij sequence 7: RetryLaterError',
    'Score | INFO scored (item abcdefghij sequence 7) {"risk":3}',
  ]);
});

test('what a process prints is shown by whole lines, without metrics and without what moves the cursor', () => {
  const { lines } = shown(output => {
    output.piece('Score', '1', 'looking ');
    output.piece('Score', '2', 'another process\n');
    output.piece('Score', '1', 'at \u001b[31mo-1\u0007\n\n{"_aws":{}}\n{"level": 3}\nnot finished');
  });

  expect(lines).toEqual(['Score | another process', 'Score | looking at o-1', 'Score | {"level": 3}']);
});
