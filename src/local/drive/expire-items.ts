import { AttributeValue, DeleteItemCommand, DescribeTableCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '../emulator';
import { ExpiryMarks } from './expiry-marks';

export interface ExpireOptions {
  readonly endpoint: string;
  readonly table: string;
  /** In DynamoDB's JSON. @default - all items of the table */
  readonly key?: Readonly<Record<string, AttributeValue>>;
}

/** Deletes items as DynamoDB does when their time to live has ended, whatever it is. Returns how many there were. */
export async function expireItems({ endpoint, table: TableName, key }: ExpireOptions): Promise<number> {
  const settings = { endpoint };
  const [dynamodb, s3, sts] = [new DynamoDBClient(settings), new S3Client({ ...settings, forcePathStyle: true }), new STSClient(settings)];
  try {
    const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
    const marks = new ExpiryMarks(s3, Account, await s3.config.region());
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const names = (Table?.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
    await marks.prepare();
    let expired = 0;
    for await (const item of key === undefined ? itemsOf(dynamodb, TableName) : [key]) {
      const Key = Object.fromEntries(names.map(name => [name, item[name]]));
      if (Object.values(Key).includes(undefined as never)) throw new UserError(`The key of table ${TableName} has ${names.join(' and ')}: give it as DynamoDB JSON.`);
      await marks.mark(TableName, Key);
      const { Attributes } = await dynamodb.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }));
      if (Attributes !== undefined) expired += 1;
    }
    return expired;
  } finally {
    [dynamodb, s3, sts].forEach(client => client.destroy());
  }
}

async function* itemsOf(client: DynamoDBClient, TableName: string): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) yield* Items;
}
