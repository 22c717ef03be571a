import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { ChangeSourceOptions } from './change-source';

/** Options for a table that is there already. */
export interface ExistingTableOptions extends ChangeSourceOptions {
  /**
   * What the table's stream carries: NEW_AND_OLD_IMAGES, or the table is refused. It cannot be seen from an imported table, so it is required there:
   * `aws dynamodb describe-table --table-name NAME --query Table.StreamSpecification` prints it.
   *
   * @default - read from the table when this app makes it
   */
  readonly streamViewType?: dynamodb.StreamViewType;

  /**
   * The partition key of an imported table; without it a subscriber cannot order by it, and filters on keys go unchecked.
   *
   * @default - read from the table when this app makes it
   */
  readonly partitionKey?: dynamodb.Attribute;

  /**
   * The sort key of an imported table.
   *
   * @default - read from the table when this app makes it
   */
  readonly sortKey?: dynamodb.Attribute;

  /**
   * Whether the table has replicas, so that one reader of its stream is advised rather than two.
   *
   * @default - read from the table when this app makes it, else false
   */
  readonly globalTable?: boolean;

  /**
   * What becomes of the ledger and the failure store when they leave the stack.
   *
   * @default - they are retained
   */
  readonly removalPolicy?: RemovalPolicy;
}
