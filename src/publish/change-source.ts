import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { FailureStore } from '../failure/failure-store';

/** A table whose changes subscribers receive: made by CdcTable, or an existing one through `CdcTable.fromTable`. */
export interface IChangeSource extends IConstruct {
  /** The table whose changes these are. */
  readonly sourceTable: dynamodb.ITable;

  /** ARN of the table's stream. */
  readonly streamArn: string;

  /** What a stream record carries; always NEW_AND_OLD_IMAGES. */
  readonly streamViewType: dynamodb.StreamViewType;

  /** The partition key, where it is known. */
  readonly partitionKey?: dynamodb.Attribute;

  /** The sort key, where it is known and the table has one. */
  readonly sortKey?: dynamodb.Attribute;

  /** The customer's key that the table and everything made for it is encrypted with, if there is one. */
  readonly encryptionKey?: kms.IKey;

  /** The table that remembers what each subscriber has done with each item; made when first asked for. */
  readonly ledger: dynamodb.ITable;

  /** Where changes go that no subscriber could apply; made when first asked for. */
  readonly failureStore: FailureStore;

  /**
   * Lets somebody publish, which is to write to the table.
   *
   * @param grantee who may put, update and delete items
   */
  grantPublish(grantee: iam.IGrantable): iam.Grant;
}

/** What every source of changes can be told. */
export interface ChangeSourceOptions {
  /**
   * Readers of the stream that this app does not show, such as functions of other apps or Kinesis adapters, 0 to 100. A shard serves two readers.
   *
   * @default 0
   */
  readonly otherStreamReaders?: number;

  /**
   * Accepts a second reader of a global table's stream, of which AWS advises one because replication reads it too.
   *
   * @default false - the second reader is an error
   */
  readonly allowSecondReaderOnGlobalTable?: boolean;

  /**
   * How long changes that failed are kept, in whole days, at least one.
   *
   * @default - 90 days
   */
  readonly failureRetention?: Duration;

  /**
   * Whether the failed changes are deleted together with the failure store, all versions included. It requires `removalPolicy: RemovalPolicy.DESTROY`, with which
   * the deletion of a stack fails while the failure store is not empty: meant for test stacks.
   *
   * @default false - failed changes are never deleted before `failureRetention` is over
   */
  readonly autoDeleteFailures?: boolean;
}
