import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { Headers, sha256, Signer } from '../../../src/runtime/aws/signature';

/** Node's hashes, in the shape AWS's signer asks for. */
class NodeHash {
  private readonly hash;

  public constructor(secret?: string | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }

  public update(data: string | Uint8Array): void {
    this.hash.update(data);
  }

  public async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  public reset(): void {}
}

/** Header lines as an object. */
function fields(lines: string): Headers {
  expect(lines.endsWith('\r\n')).toBe(true);
  return Object.fromEntries(lines.slice(0, -2).split('\r\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
}

const text = fc.string({ unit: 'binary', maxLength: 200 });
const secret = fc.stringMatching(/^[A-Za-z0-9/+=]{1,128}$/);
const moment = fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true });

test('every request is signed as AWS\'s own signer signs it, also across days and with keys of any length', async () => {
  await fc.assert(fc.asyncProperty(
    fc.record({ accessKeyId: secret, secretAccessKey: secret, sessionToken: fc.option(secret, { nil: undefined }) }),
    fc.constantFrom('dynamodb', 'sqs', 'ssm'),
    fc.constantFrom('us-east-1', 'cn-north-1', 'us-gov-west-1'),
    fc.array(fc.tuple(moment, text, fc.constantFrom('AmazonSQS.SendMessageBatch', 'DynamoDB_20120810.BatchGetItem')), { minLength: 1, maxLength: 3 }),
    async (credentials, service, region, requests) => {
      const signer = new Signer(region, service, credentials);
      const peer = new SignatureV4({ service, region, credentials, sha256: NodeHash as never, applyChecksum: false });
      const headersOf: { [target: string]: Headers } = {};
      const hostname = `${service}.${region}.amazonaws.com`;
      for (const [signingDate, body, target] of requests) {
        // The same object for the same target, so that what is kept of the request before is put to the test.
        const headers = headersOf[target] ??= { 'host': hostname, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
        const signed = await peer.sign({ method: 'POST', protocol: 'https:', hostname, path: '/', query: {}, headers, body }, { signingDate });
        expect(fields(signer.sign(headers, sha256(Buffer.from(body)), signingDate.getTime()))).toEqual(signed.headers);
      }
    },
  ), { numRuns: 300 });
});
