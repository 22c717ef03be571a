import { RelaySummary } from '../../../src/runtime/redriver/relay-summary';

test('subscribers named like members of JavaScript objects are counted like others', () => {
  const summary = new RelaySummary();
  for (const name of ['constructor', 'toString', 'email']) {
    summary.count({ name, sent: 2 } as never);
    summary.count({ name, sent: 3, error: 'Down' } as never);
  }
  expect(JSON.parse(JSON.stringify(summary))).toMatchObject({
    sent: { constructor: 5, toString: 5, email: 5 }, refused: { constructor: 'Down', toString: 'Down', email: 'Down' },
  });
});
