import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LEDGER } from '../contract/ledger';
import { justify } from '../validate/justify';

export interface LedgerTableProps {
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
}

/**
 * The table behind the ledger (see contract/ledger.ts). A Table rather than a TableV2, which refuses a customer's key in
 * a stack without a region; it needs no replicas, since a subscriber's marks matter only where its function runs.
 */
export class LedgerTable extends dynamodb.Table {
  constructor(scope: Construct, id: string, props: LedgerTableProps) {
    super(scope, id, {
      partitionKey: { name: LEDGER.KEY, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: LEDGER.EXPIRES,
      encryption: props.encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
      encryptionKey: props.encryptionKey,
      removalPolicy: props.removalPolicy,
      deletionProtection: props.deletionProtection,
    });
    const reason = 'A mark restored from the past would repeat changes; a lost one only repeats those still in the stream.';
    justify(this,
      { nag: 'AwsSolutions-DDB3', checkov: 'CKV_AWS_28', reason },
      ...(props.encryptionKey ? [] : [{ checkov: 'CKV_AWS_119', reason: 'It follows the table, for which no customer key was given.' }]),
    );
  }
}
