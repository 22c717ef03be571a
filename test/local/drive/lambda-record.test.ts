import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import { lambdaRecord } from '../../../src/local/drive/lambda-record';

const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000';

test('a record has the shape in which Lambda\'s event carries it', () => {
  const bytes = new Uint8Array([0, 255]);
  const record: _Record = {
    eventID: 'id',
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
    dynamodb: {
      ApproximateCreationDateTime: new Date(1_795_461_202_500),
      Keys: { id: { B: bytes } },
      NewImage: {
        set: { BS: [bytes] },
        list: { L: [{ B: bytes }, { M: { deep: { B: bytes } } }] },
        number: { N: '12345678901234567890123456789012345678' },
        empty: { M: {} },
        nothing: { NULL: true },
        flag: { BOOL: false },
      },
      OldImage: {},
      SequenceNumber: '000000000000000000001',
      SizeBytes: 7,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };

  expect(JSON.parse(JSON.stringify(lambdaRecord(record, STREAM)))).toEqual({
    eventID: 'id',
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    userIdentity: { principalId: 'dynamodb.amazonaws.com', type: 'Service' },
    dynamodb: {
      ApproximateCreationDateTime: 1_795_461_202.5,
      Keys: { id: { B: 'AP8=' } },
      NewImage: {
        set: { BS: ['AP8='] },
        list: { L: [{ B: 'AP8=' }, { M: { deep: { B: 'AP8=' } } }] },
        number: { N: '12345678901234567890123456789012345678' },
        empty: { M: {} },
        nothing: { NULL: true },
        flag: { BOOL: false },
      },
      OldImage: {},
      SequenceNumber: '000000000000000000001',
      SizeBytes: 7,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: STREAM,
  });
});

test('images that the stream does not carry stay absent', () => {
  const record = lambdaRecord({ eventName: 'INSERT', dynamodb: { Keys: { id: { S: 'a' } }, SequenceNumber: '1' } }, STREAM);

  expect(Object.keys(JSON.parse(JSON.stringify(record.dynamodb)) as object)).toEqual(['Keys', 'SequenceNumber']);
  expect(record).not.toHaveProperty('userIdentity');
});
