import { mappingConfig, offeredRecord } from '../../../src/local/model';
import { failureDelivery } from '../../../src/local/model/destination';
import { DeliverAction, OnFailureDestination } from '../../../src/local/model/types';

const AT = Date.UTC(2026, 10, 23, 8, 5, 9, 21);
const UUID = '5e0cb3e2-0000-4000-8000-000000000001';
const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-11-23T00:00:00.000';

function delivery(type: OnFailureDestination['type'], changes: Partial<DeliverAction> = {}) {
  const records = [1, 2].map(n =>
    offeredRecord({ dynamodb: { SequenceNumber: `10${n}`, ApproximateCreationDateTime: 1_789_000_000 + n, Keys: {} } }));
  return failureDelivery(mappingConfig({ uuid: UUID, functionArn: 'arn:function', streamArn: STREAM, onFailure: { type, arn: `arn:${type}` } }), {
    type: 'deliver',
    id: 1,
    shardId: 'shardId-1',
    condition: 'RetryAttemptsExhausted',
    records,
    approximateInvokeCount: 2,
    lastInvocation: { requestId: 'request-1', functionError: 'Unhandled' },
    at: AT,
    ...changes,
  }, 'id-1');
}

const POINTER = {
  requestContext: { requestId: 'request-1', functionArn: 'arn:function', condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2026-11-23T08:05:09.021Z',
  DDBStreamBatchInfo: {
    shardId: 'shardId-1',
    startSequenceNumber: '101',
    endSequenceNumber: '102',
    approximateArrivalOfFirstRecord: '2026-09-10T00:26:41Z',
    approximateArrivalOfLastRecord: '2026-09-10T00:26:42Z',
    batchSize: 2,
    streamArn: STREAM,
  },
};

test.each(['SQS', 'SNS'] as const)('%s carries pointers only', type => {
  const { body, key, destination } = delivery(type);
  expect(JSON.parse(body)).toEqual(POINTER);
  expect(key).toBeUndefined();
  expect(destination.arn).toBe(`arn:${type}`);
});

test('S3 adds the event as an escaped string and a key by date', () => {
  const { body, key } = delivery('S3');
  const { payload, ...pointer } = JSON.parse(body);
  expect(pointer).toEqual(POINTER);
  expect(payload).toContain('"ApproximateCreationDateTime":1.789000001E9');
  expect(JSON.parse(payload).Records[1].dynamodb).toEqual({ SequenceNumber: '102', ApproximateCreationDateTime: 1_789_000_002, Keys: {} });
  expect(key).toBe(`aws/lambda/${UUID}/shardId-1/2026/11/23/2026-11-23T08.05.09-id-1`);
});

test('a partial response that used up the retries has no function error', () => {
  const { body } = delivery('SQS', { lastInvocation: { functionError: null } });
  expect(JSON.parse(body).responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST', functionError: null });
});

test('records given up for their age have no response', () => {
  const { body } = delivery('SQS', { condition: 'RecordAgeExceeded', lastInvocation: undefined });
  expect(JSON.parse(body).responseContext).toBeUndefined();
  expect(JSON.parse(body).requestContext.requestId).toBe('id-1');
});
