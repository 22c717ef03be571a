import { CfnOutput, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Attr, CdcTable, ChangeFilter, ChangeHandler, StreamSubscriber } from 'cdk-dynamodb-cdc';

export interface FraudStackProps extends StackProps {
  /** Where alerts are posted. */
  readonly alertsUrl: string;
  /** Tables go with the stack. */
  readonly forDemo?: boolean;
}

const WATCHED_COUNTRIES = ['AA', 'QM', 'XX', 'ZZ'];

/** Payments are written; large ones, disputed ones and those from watched countries are looked at. */
export class FraudStack extends Stack {
  constructor(scope: Construct, id: string, props: FraudStackProps) {
    super(scope, id, props);
    const removalPolicy = props.forDemo ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const handlers = `${__dirname}/handlers`;

    const transactions = new CdcTable(this, 'Transactions', {
      partitionKey: { name: 'accountId', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'transactionId', type: dynamodb.AttributeType.STRING },
      removalPolicy,
    });
    const accounts = new dynamodb.TableV2(this, 'Accounts', {
      partitionKey: { name: 'accountId', type: dynamodb.AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !props.forDemo,
      removalPolicy,
    });

    // The event name and the status are tested by the mapping, so most changes invoke nothing; the amount by the runtime,
    // because a mapping cannot compare DynamoDB's numbers.
    const scoreRisk = new StreamSubscriber(this, 'ScoreRisk', {
      source: transactions,
      handler: ChangeHandler.fromEntry(`${handlers}/score-risk.ts`),
      filter: ChangeFilter.anyOf(
        ChangeFilter.allOf(ChangeFilter.inserts(), Attr.number('amount').greaterThan(1000)),
        ChangeFilter.allOf(ChangeFilter.modifications(), Attr.text('status').changedTo('DISPUTED')),
      ),
      environment: { ACCOUNTS_TABLE: accounts.tableName, ALERTS_URL: props.alertsUrl },
    });
    accounts.grantWriteData(scoreRisk);

    const watchCountries = new StreamSubscriber(this, 'WatchCountries', {
      source: transactions,
      handler: ChangeHandler.fromEntry(`${handlers}/watch-countries.ts`),
      filter: ChangeFilter.allOf(ChangeFilter.inserts(), Attr.text('country').oneOf(WATCHED_COUNTRIES)),
      environment: { ACCOUNTS_TABLE: accounts.tableName },
    });
    accounts.grantWriteData(watchCountries);

    new CfnOutput(this, 'TransactionsTable', { value: transactions.table.tableName });
    new CfnOutput(this, 'AccountsTable', { value: accounts.tableName });
    new CfnOutput(this, 'FailureBucket', { value: transactions.failureStore.bucket.bucketName });
  }
}
