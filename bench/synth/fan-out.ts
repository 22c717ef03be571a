import { Stack } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { CdcTable } from '../../src/publish/cdc-table';
import { ChangeHandler } from '../../src/subscribe/change-handler';
import { FanOutSubscribers } from '../../src/subscribe/fan-out-subscribers';

/** One table, and a subscriber behind its relay for each directory. */
export function fanOut(stack: Stack, directories: readonly string[]): void {
  const source = new CdcTable(stack, 'Table', { partitionKey: { name: 'orderId', type: AttributeType.STRING } });
  const notify = new FanOutSubscribers(stack, 'Notify', { source });
  directories.forEach((directory, index) => notify.addSubscriber(`subscriber${index}`, { handler: ChangeHandler.fromDirectory(directory) }));
}
