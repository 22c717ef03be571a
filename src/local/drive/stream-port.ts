import {
  type _Record as StreamRecord, DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { asSent, keepText } from './answer-text';
import { lambdaRecord } from './lambda-record';
import { IteratorPosition, StaleIteratorError, StreamPort } from './ports';
import { offeredRecord } from '../model';

/** A stream at an endpoint. */
export function streamPort(
  client: DynamoDBStreamsClient, StreamArn: string, identified: (record: StreamRecord) => Promise<StreamRecord> = async record => record,
): StreamPort {
  return {
    shards: async () => {
      const shards: Shard[] = [];
      let ExclusiveStartShardId: string | undefined;
      do {
        const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId }));
        shards.push(...StreamDescription?.Shards ?? []);
        ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
      } while (ExclusiveStartShardId);
      return shards.map(shard => ({ shardId: shard.ShardId ?? '', parentShardId: shard.ParentShardId }));
    },
    iterator: async (ShardId: string, position: IteratorPosition) => {
      const start = typeof position === 'string' ? { ShardIteratorType: position } : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: position.after };
      return (await client.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...start })).catch(asStale)).ShardIterator;
    },
    page: async (ShardIterator: string) => {
      const command = new GetRecordsCommand({ ShardIterator });
      const text = keepText(command);
      const { Records = [], NextShardIterator } = await client.send(command).catch(asStale);
      const records = await Promise.all(asSent(Records, text).map(identified));
      return { records: records.map(record => offeredRecord(lambdaRecord(record, StreamArn))), next: NextShardIterator };
    },
  };
}

function asStale(error: Error): never {
  if (error.name === 'ExpiredIteratorException') throw new StaleIteratorError(false);
  if (error.name === 'TrimmedDataAccessException') throw new StaleIteratorError(true);
  throw error;
}
