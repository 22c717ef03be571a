import { explainLocal } from '../../../../src/local/cli/live/explain';
import { UserError } from '../../../../src/local/emulator';
import { explained } from '../../../../src/local/operate/refusals';

const ENDPOINT = 'http://127.0.0.1:4566';
const named = (name: string, message: string, more: object = {}) => Object.assign(new Error(message), { name, ...more });
const PAGE = named('Error', '@aws-sdk XML parse error: mismatched tags.\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.');

test.each([
  ['another account', named('AccessDenied', 'Access Denied'), /^The emulator at http:\S+ denied access: Access Denied\. .*another account.* leave --endpoint-url out/],
  ['an emulator that has gone', named('Error', 'connect', { code: 'ECONNREFUSED' }), /^The emulator at http:\S+ does not answer \(ECONNREFUSED\): see that it still runs/],
  ['a page of a web server', PAGE, /^The emulator at http:\S+ gives an answer that is not one of AWS: @aws-sdk XML parse error: mismatched tags\. Check --endpoint-url\.$/],
  ['what an emulator cannot do', named('NotImplemented', 'no such call', { $metadata: {} }), /^The emulator at http:\S+ refused a request \(NotImplemented\): no such call\. /],
])('%s is one sentence with a remedy', (_case, error, sentence) => {
  const said = explainLocal(error, ENDPOINT);

  expect(said).toBeInstanceOf(UserError);
  expect((said as Error).message).toMatch(sentence);
  expect((said as Error).message).not.toContain('\n');
});

test('a fault of this program stays as it is', () => {
  const bug = new TypeError('x is undefined');

  expect(explainLocal(bug, ENDPOINT)).toBe(bug);
});

test('a command for deployed stacks says that what answers is not AWS', () => {
  expect(explained(PAGE)).toMatchObject({ message: 'What answers is not AWS: check AWS_ENDPOINT_URL, and proxies on the way.' });
});
