import { Stack } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { CdcTable } from '../../src/publish/cdc-table';
import { ChangeHandler } from '../../src/subscribe/change-handler';
import { StreamSubscriber } from '../../src/subscribe/stream-subscriber';

/** A subscriber and its table, with this library: its own table, because a stream serves two readers. */
export function addSubscriber(stack: Stack, name: string, directory: string): void {
  const source = new CdcTable(stack, `${name}Table`, { partitionKey: { name: 'orderId', type: AttributeType.STRING } });
  new StreamSubscriber(stack, name, { source, handler: ChangeHandler.fromDirectory(directory) });
}
