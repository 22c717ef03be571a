import { CfnOutput, Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Attr, CdcAlarms, CdcDashboard, CdcTable, ChangeFilter, ChangeHandler, FanOutSubscribers, OrderBy } from 'cdk-dynamodb-cdc';

export interface NotificationStackProps extends StackProps {
  /** Where the SMS and push providers listen. */
  readonly providersUrl: string;
  /** Host and port of the mail server. */
  readonly smtpAddress: string;
  /** Who is called when something cannot wait. */
  readonly onCall?: cloudwatch.IAlarmAction;
  /** Tables go with the stack, and few functions run at once. */
  readonly forDemo?: boolean;
}

/** People like, follow, comment and mention; whoever it concerns hears of it on the channels they chose, in order. */
export class NotificationStack extends Stack {
  constructor(scope: Construct, id: string, props: NotificationStackProps) {
    super(scope, id, props);
    const forDemo = props.forDemo ?? false;
    const removalPolicy = forDemo ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const string = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });

    // Stated first: it decides of the alarms of all that follows.
    CdcAlarms.of(this, { criticalActions: props.onCall ? [props.onCall] : [] });
    const interactions = new CdcTable(this, 'Interactions', { partitionKey: string('userId'), sortKey: string('interactionId'), removalPolicy });
    const table = { billing: dynamodb.Billing.onDemand(), pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, removalPolicy };
    const inboxes = new dynamodb.TableV2(this, 'Inboxes', { partitionKey: string('userId'), ...table });
    const audit = new dynamodb.TableV2(this, 'Audit', { partitionKey: string('changeId'), ...table });

    // What somebody chose stands beside what concerns them, as a set of channels.
    const wants = (channel: string) => ChangeFilter.allOf(ChangeFilter.inserts(), Attr.stringSet('channels').contains(channel));
    const common = {
      // One person's notifications come in the order in which things happened.
      orderBy: OrderBy.PARTITION_KEY,
      ...(forDemo && { maxConcurrency: 2, attemptSpan: Duration.seconds(2) }),
    };
    const notify = new FanOutSubscribers(this, 'Notify', {
      source: interactions,
      subscribers: {
        email: {
          ...common,
          handler: ChangeHandler.fromEntry(`${__dirname}/handlers/email.ts`),
          filter: ChangeFilter.allOf(wants('email'), Attr.text('kind').oneOf(['comment', 'mention'])),
          environment: { SMTP_ADDRESS: props.smtpAddress },
        },
        sms: {
          ...common,
          handler: ChangeHandler.fromEntry(`${__dirname}/handlers/sms.ts`),
          filter: ChangeFilter.allOf(wants('sms'), Attr.text('kind').equalTo('mention')),
          environment: { PROVIDERS_URL: props.providersUrl },
          // What a provider refuses today it may take tomorrow.
          autoRedrive: { maxAge: Duration.days(2) },
        },
        push: {
          ...common,
          handler: ChangeHandler.fromEntry(`${__dirname}/handlers/push.ts`),
          filter: wants('push'),
          environment: { PROVIDERS_URL: props.providersUrl },
        },
        inbox: {
          ...common,
          handler: ChangeHandler.fromEntry(`${__dirname}/handlers/inbox.ts`),
          filter: ChangeFilter.inserts(),
          environment: { INBOXES_TABLE: inboxes.tableName },
        },
      },
    });
    inboxes.grantWriteData(notify.subscriber('inbox'));

    // Came later, and changed nothing of the others.
    const auditing = notify.addSubscriber('audit', {
      handler: ChangeHandler.fromEntry(`${__dirname}/handlers/audit.ts`),
      environment: { AUDIT_TABLE: audit.tableName },
      ...(forDemo && { maxConcurrency: 2 }),
    });
    audit.grantWriteData(auditing);

    new CdcDashboard(this, 'Dashboard', { source: interactions });

    new CfnOutput(this, 'InteractionsTable', { value: interactions.table.tableName });
    new CfnOutput(this, 'InboxesTable', { value: inboxes.tableName });
    new CfnOutput(this, 'AuditTable', { value: audit.tableName });
    new CfnOutput(this, 'FailureBucket', { value: interactions.failureStore.bucket.bucketName });
  }
}
