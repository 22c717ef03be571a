import { Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { everyStatement, ownPattern, pushedDown } from './every-statement';
import {
  AlarmKind, AlarmSeverity, CdcAlarms, CdcDashboard, CdcTable, ChangeHandler, FanOutSubscribers, LogLevel, LongRunningSubscriber, NewerChangePolicy,
  OrderBy, PoisonPolicy, QueuedSubscriber, Relay, StreamSubscriber,
} from 'cdk-dynamodb-cdc';

/** Every construct of the library, with filters and maps that languages hand over in their own ways. */
export class AllConstructsStack extends Stack {
  constructor(scope: Construct, id: string, handlers: string) {
    // A replica's key can only be written where the region is known.
    super(scope, id, { env: { account: '111122223333', region: 'eu-central-1' } });
    const handler = ChangeHandler.fromDirectory(handlers, 'low-stock.onChange');
    CdcAlarms.of(this, { lagShare: 0.1, timeToLoss: Duration.hours(2), notifyWhenOver: true })
      .leaveOut({ alarm: AlarmKind.THROTTLES, reason: 'The account alarms on throttles of all its functions.' })
      .rate(AlarmKind.OUTAGE, AlarmSeverity.CRITICAL);
    this.brokered(handler);
    this.direct(handler);
    this.existing(handler);
  }

  private brokered(handler: ChangeHandler): void {
    const orders = new CdcTable(this, 'Orders', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'line', type: dynamodb.AttributeType.NUMBER },
      failureRetention: Duration.days(400),
    });
    Relay.of(orders, { batchSize: 200 });
    const notify = new FanOutSubscribers(this, 'Notify', {
      source: orders,
      subscribers: {
        'sms': { handler, filter: everyStatement(), environment: { B: '2', A: '1', C: '3' } },
        'e-mail': { handler, maxConcurrency: 5, maxAttempts: 3 },
        'Push': { handler, filter: pushedDown(), orderBy: OrderBy.PARTITION_KEY, queueRetention: Duration.days(7) },
      },
    });
    notify.addSubscriber('audit', { handler, onPoison: PoisonPolicy.SKIP_RECORD });
    new QueuedSubscriber(this, 'Search', { source: orders, handler, visibilityTimeout: Duration.minutes(20) });
    new LongRunningSubscriber(this, 'Moderate', {
      source: orders,
      handler,
      filter: everyStatement(),
      timeout: Duration.minutes(1),
      lease: Duration.seconds(30),
      onNewerChange: NewerChangePolicy.SKIP_SUPERSEDED,
    });
    new CdcDashboard(this, 'Dashboard', { source: orders, subscribers: ['sms', 'Push'], defaultInterval: Duration.hours(6) });
  }

  private direct(handler: ChangeHandler): void {
    const invoices = new CdcTable(this, 'Invoices', {
      partitionKey: { name: 'invoiceId', type: dynamodb.AttributeType.STRING },
      encryption: dynamodb.TableEncryptionV2.customerManagedKey(new kms.Key(this, 'Key')),
    });
    new StreamSubscriber(this, 'Pushed', { source: invoices, handler, filter: pushedDown() });
    const raw = new lambda.Function(this, 'Raw', {
      runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({});'),
    });
    new StreamSubscriber(this, 'Own', {
      source: invoices,
      handler: ChangeHandler.fromFunction(raw, { reportBatchItemFailures: true, retryAttempts: 5 }),
      filter: ownPattern(),
    });
  }

  private existing(handler: ChangeHandler): void {
    const legacy = dynamodb.TableV2.fromTableAttributes(this, 'Legacy', {
      tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/legacy',
      tableStreamArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/legacy/stream/2026-11-23T00:00:00.000',
    });
    new StreamSubscriber(this, 'FromLegacy', {
      source: CdcTable.fromTable(this, 'LegacySource', legacy, {
        streamViewType: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
        partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
        sortKey: { name: 'line', type: dynamodb.AttributeType.NUMBER },
      }),
      handler,
      filter: everyStatement(),
      maxFilterPatterns: 10,
      batchSize: 50,
      maxBatchingWindow: Duration.seconds(5),
      parallelizationFactor: 2,
      maxRecordAge: Duration.hours(6),
      logLevel: LogLevel.WARN,
    });
  }
}
