import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ChangeSourceOptions, IChangeSource } from './change-source';
import { LedgerTable } from './ledger-table';
import { GRANTEE } from './source-shapes';
import { validateStreamReaders } from './stream-readers';
import { FailureStore } from '../failure/failure-store';
import { checkInteger } from '../validate/checks';
import { invalid } from '../validate/invalid';
import { withoutPlaceholders } from '../validate/placeholders';
import { check } from '../validate/shape';

/** How the resources that a source makes for itself are kept. */
export interface StatePolicy {
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
}

/**
 * What all sources share: their state, made when first asked for, and the count of their stream's readers.
 *
 * @internal
 */
export abstract class ChangeSourceBase extends Construct implements IChangeSource {
  public readonly streamViewType = dynamodb.StreamViewType.NEW_AND_OLD_IMAGES;
  public abstract readonly sourceTable: dynamodb.ITable;
  public abstract readonly streamArn: string;
  public abstract readonly partitionKey?: dynamodb.Attribute;
  public abstract readonly sortKey?: dynamodb.Attribute;
  public abstract readonly encryptionKey?: kms.IKey;

  private readonly failureRetention: ChangeSourceOptions['failureRetention'];
  private readonly autoDeleteFailures?: boolean;
  private readonly state: StatePolicy;
  private _ledger?: LedgerTable;
  private _failureStore?: FailureStore;

  constructor(scope: Construct, id: string, options: ChangeSourceOptions, state: StatePolicy) {
    super(scope, id);
    options = withoutPlaceholders(this, options);
    checkInteger(this, 'otherStreamReaders', options.otherStreamReaders, { min: 0, max: 100 });
    this.failureRetention = options.failureRetention;
    this.autoDeleteFailures = options.autoDeleteFailures;
    this.state = state;
    if (options.autoDeleteFailures && state.removalPolicy !== RemovalPolicy.DESTROY) {
      throw invalid(this, 'autoDeleteFailures', `true with removalPolicy ${state.removalPolicy}`, 'it with removalPolicy DESTROY');
    }
    this.node.addValidation({
      validate: () => validateStreamReaders(this, {
        streamArn: this.streamArn,
        others: options.otherStreamReaders ?? 0,
        isGlobal: this._isGlobal(),
        allowSecondOnGlobal: options.allowSecondReaderOnGlobalTable ?? false,
      }),
    });
  }

  public get ledger(): dynamodb.ITable {
    this._ledger ??= new LedgerTable(this, 'Ledger', { encryptionKey: this.encryptionKey, ...this.state });
    return this._ledger;
  }

  public get failureStore(): FailureStore {
    this._failureStore ??= new FailureStore(this, 'Failures', {
      encryptionKey: this.encryptionKey,
      retention: this.failureRetention,
      removalPolicy: this.state.removalPolicy,
      autoDeleteObjects: this.autoDeleteFailures,
    });
    return this._failureStore;
  }

  public grantPublish(grantee: iam.IGrantable): iam.Grant {
    check(this.node.path, 'grantee', grantee, GRANTEE);
    return this.sourceTable.grantWriteData(grantee);
  }

  /**
   * Whether the table has replicas, as far as it can be told.
   *
   * @internal
   */
  protected abstract _isGlobal(): boolean;
}
