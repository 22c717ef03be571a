import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sha256, Signer } from '../../../src/runtime/aws/signature';

interface Signed {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What the SDK would send. */
async function signedBySdk(credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): Promise<Signed> {
  let sent: Signed | undefined;
  const client = new SQSClient({
    region: 'eu-west-1',
    credentials,
    requestHandler: { handle: async (request: Signed) => { sent = request; throw new Error('not sent'); } } as never,
    maxAttempts: 1,
  });
  const Entries = [{ Id: '0', MessageBody: 'body \u00e9', MessageGroupId: 'g', MessageDeduplicationId: 'd' }];
  await client.send(new SendMessageBatchCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/000000000000/q.fifo', Entries })).catch(() => undefined);
  return sent!;
}

test.each([[undefined], ['a-session-token']])('signs what the SDK signs as the SDK does, with session token %p', async (sessionToken) => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken };
  const { headers, body } = await signedBySdk(credentials);
  const names = /SignedHeaders=([^,]+),/.exec(headers.authorization)![1].split(';');
  const own = ['x-amz-date', 'x-amz-security-token'];
  const unsigned = Object.fromEntries(names.filter((name) => !own.includes(name)).map((name) => [name, headers[name]]));
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'])!;
  const now = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);

  const signer = new Signer('eu-west-1', 'sqs', credentials);
  // The key of another day must not be kept.
  signer.sign(unsigned, sha256(Buffer.from(body)), now.getTime() - 24 * 60 * 60 * 1000);
  expect(signer.sign(unsigned, sha256(Buffer.from(body)), now.getTime())).toContain(`\r\nauthorization: ${headers.authorization}\r\n`);
});

test.each([['sessionToken', 'x-amz-security-token'], ['accessKeyId', 'authorization']])('fails when %s would end its header early, without saying it', (member, header) => {
  const signer = new Signer('eu-west-1', 'sqs', { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', [member]: 'a-secret\r\nx: y' });
  const sign = () => signer.sign({ host: 'sqs.eu-west-1.amazonaws.com' }, sha256(''), 0);
  expect(sign).toThrow(new TypeError(`the header ${header} holds a character that none may hold`));
});
