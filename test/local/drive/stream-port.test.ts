import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import * as fc from 'fast-check';
import { StreamPort } from '../../../src/local/drive/ports';
import { streamPort } from '../../../src/local/drive/stream-port';
import { RawItem } from '../../../src/runtime/change/attribute-value';
import { StreamRecord } from '../../../src/runtime/change/record';
import { canonicalItem, item } from '../../runtime/change/values';

let server: Server;
let answer: string;
let client: DynamoDBStreamsClient;
let port: StreamPort;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(answer);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  client = new DynamoDBStreamsClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  port = streamPort(client, 'arn');
});

afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise(done => server.close(done));
});

test('a page carries every item as it was sent, also attributes named __proto__ and constructor', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ Keys: item, NewImage: item, OldImage: item }, { requiredKeys: ['Keys'] }), { maxLength: 3 }), async images => {
    answer = JSON.stringify({
      Records: images.map((one, index) => ({ eventID: 'e', eventName: 'MODIFY', dynamodb: { ...one, SequenceNumber: String(index), ApproximateCreationDateTime: 1.5 } })),
      NextShardIterator: 'next',
    });
    const { records, next } = await port.page('iterator');
    expect(next).toBe('next');
    const sent = images.map(one => Object.entries(one).map(([name, image]) => [name, canonicalItem(image as RawItem)]));
    const read = records.map(({ record }) => {
      const { SequenceNumber: _number, ApproximateCreationDateTime, ...rest } = JSON.parse(JSON.stringify((record as StreamRecord).dynamodb)) as NonNullable<StreamRecord['dynamodb']>;
      expect(ApproximateCreationDateTime).toBe(1.5);
      return Object.entries(rest).map(([name, image]) => [name, canonicalItem(image as RawItem)]);
    });
    expect(read).toEqual(sent);
  }), { numRuns: 150 });
}, 60_000);
