import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ChangeSourceOptions, IChangeSource } from './change-source';
import { ChangeSourceBase } from './change-source-base';
import { ExistingTable } from './existing-table';
import { ExistingTableOptions } from './existing-table-options';
import { EXISTING_TABLE_OPTIONS, TABLE, TABLE_PROPS } from './source-shapes';
import { tableFacts } from './table-facts';
import { invalid } from '../validate/invalid';
import { check, checkArguments } from '../validate/shape';

const { NEW_AND_OLD_IMAGES } = dynamodb.StreamViewType;

/**
 * Properties of a CdcTable: those of a TableV2, with safe defaults, and those of a source of changes.
 *
 * Defaults that differ from TableV2's: `dynamoStream` is always NEW_AND_OLD_IMAGES, point-in-time recovery is on,
 * `deletionProtection` is on unless `removalPolicy` is DESTROY, and `encryption` is by AWS's managed key. A customer's
 * key given as `encryption` is used for everything the library makes for the table.
 */
export interface CdcTableProps extends dynamodb.TablePropsV2, ChangeSourceOptions {}

/**
 * A DynamoDB table that publishes its changes: whoever writes to it publishes, whoever subscribes receives.
 *
 * @example
 * const orders = new CdcTable(this, 'Orders', {
 *   partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
 * });
 */
export class CdcTable extends ChangeSourceBase implements IChangeSource {
  /**
   * Makes a source of changes from a table that is made elsewhere in the app, or imported.
   *
   * Fails for a table without a stream, one whose stream does not carry new and old images, and an import that does not say so in `streamViewType`.
   *
   * @param scope parent of what is made for the table
   * @param id construct id
   * @param table a table whose stream carries new and old images
   * @param options what the table does not show itself
   */
  public static fromTable(scope: Construct, id: string, table: dynamodb.ITable, options: ExistingTableOptions = {}): IChangeSource {
    checkArguments(scope, id, options, EXISTING_TABLE_OPTIONS);
    check([scope.node.path, id].filter(Boolean).join('/'), 'table', table, TABLE);
    return new ExistingTable(scope, id, table, options);
  }

  /** The table, for everything else a table can do: indexes, replicas, grants, metrics. */
  public readonly table: dynamodb.TableV2;
  public readonly sourceTable: dynamodb.ITable;
  public readonly streamArn: string;
  public readonly partitionKey?: dynamodb.Attribute;
  public readonly sortKey?: dynamodb.Attribute;
  public readonly encryptionKey?: kms.IKey;

  /**
   * Makes the table; what subscribers need beside it is made with the first of them.
   *
   * Fails for a `dynamoStream` other than NEW_AND_OLD_IMAGES, for `autoDeleteFailures` without `removalPolicy: RemovalPolicy.DESTROY`, and for a customer's key in a stack without a region.
   */
  constructor(scope: Construct, id: string, props: CdcTableProps) {
    checkArguments(scope, id, props, TABLE_PROPS);
    const {
      otherStreamReaders: _others, allowSecondReaderOnGlobalTable: _second, failureRetention: _retention, autoDeleteFailures: _autoDelete,
      ...tableProps
    } = props;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const deletionProtection = props.deletionProtection ?? removalPolicy !== RemovalPolicy.DESTROY;
    super(scope, id, props, { removalPolicy, deletionProtection });

    if (props.dynamoStream && props.dynamoStream !== NEW_AND_OLD_IMAGES) {
      throw invalid(this, 'dynamoStream', props.dynamoStream, NEW_AND_OLD_IMAGES, 'Subscribers receive both images; leave it out');
    }
    if (props.encryption?.tableKey && Token.isUnresolved(Stack.of(this).region)) {
      throw invalid(this, 'encryption', 'a customer\'s key in a stack without a region', 'it in a stack with env.region', 'TableV2 states the key for each region by name');
    }
    this.table = new dynamodb.TableV2(this, 'Table', {
      ...tableProps,
      dynamoStream: NEW_AND_OLD_IMAGES,
      encryption: props.encryption ?? dynamodb.TableEncryptionV2.awsManagedKey(),
      ...pointInTimeRecovery(props),
      removalPolicy,
      deletionProtection,
    });
    this.sourceTable = this.table;
    this.streamArn = this.table.tableStreamArn!;
    this.partitionKey = props.partitionKey;
    this.sortKey = props.sortKey;
    this.encryptionKey = this.table.encryptionKey;
  }

  /** @internal */
  protected _isGlobal(): boolean {
    return tableFacts(this.table)?.isGlobal ?? false;
  }
}

/** TableV2 refuses both of its properties for it at once, so the default is given through one of them only. */
function pointInTimeRecovery(props: CdcTableProps): Pick<CdcTableProps, 'pointInTimeRecoverySpecification'> {
  if (props.pointInTimeRecovery !== undefined) return {};
  return { pointInTimeRecoverySpecification: props.pointInTimeRecoverySpecification ?? { pointInTimeRecoveryEnabled: true } };
}
