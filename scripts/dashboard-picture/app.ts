import { join } from 'node:path';
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Attr, CdcDashboard, CdcTable, ChangeHandler, FanOutSubscribers, StreamSubscriber } from '../../src';

export const DASHBOARD = 'Orders';

/** One direct subscriber and two behind the relay: one of each kind of section. */
export function pictureApp(outdir: string): App {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Picture');
  const source = new CdcTable(stack, 'Orders', { partitionKey: { name: 'orderId', type: AttributeType.STRING }, removalPolicy: RemovalPolicy.DESTROY });
  const common = (name: string) => ({
    handler: ChangeHandler.fromDirectory(join(__dirname, 'handlers')),
    environment: { SUBSCRIBER: name },
    maxAttempts: 3,
    attemptSpan: Duration.seconds(2),
  });
  new CdcDashboard(stack, 'Dashboard', { source, dashboardName: DASHBOARD });
  new StreamSubscriber(stack, 'FraudCheck', { source, filter: Attr.number('amount').greaterThan(200), ...common('FraudCheck') });
  new FanOutSubscribers(stack, 'Notify', { source, subscribers: { Email: common('Email'), Audit: common('Audit') } });
  new CfnOutput(stack, 'OrdersTable', { value: source.table.tableName });
  return app;
}
