import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CLAIM_PREFIX } from '../contract/envelope';
import { AWS_FAILURE_PREFIX, FAILURE_PREFIX } from '../contract/failure-record';
import { DEFAULTS } from '../contract/settings';
import { SPILL_PREFIX } from '../contract/spill';
import { invalid } from '../validate/invalid';
import { justify } from '../validate/justify';
import { withoutPlaceholders } from '../validate/placeholders';
import { DURATION, FLAG, has, oneOf, rule } from '../validate/rules';
import { checkArguments, Shape } from '../validate/shape';

const KEEP_DELETED = Duration.days(7);
/** Longer than a message can wait in a queue and then in the dead-letter queue, which is 14 days each. */
const KEEP_FOR_QUEUES = Duration.days(30);

/** Properties of a FailureStore. */
export interface FailureStoreProps {
  /**
   * Key that encrypts the changes.
   *
   * @default - Amazon S3's own keys
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How long a change that failed is kept before it is deleted for good, in whole days, at least one. A change that is deleted before, by a redrive, can be restored for a week.
   *
   * @default - 90 days
   */
  readonly retention?: Duration;

  /**
   * What becomes of each of its buckets when it leaves the stack. With DESTROY, CloudFormation deletes a bucket only if it holds no object and no old version of
   * one; otherwise the deletion of the stack fails. A bucket keeps versions, so deleting its objects is not enough: see `autoDeleteObjects`.
   *
   * @default - it is retained
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether all objects and all their versions are deleted before their bucket is, by a function that CDK adds to the stack. Changes that nobody has redriven
   * are lost with them. It requires `removalPolicy: RemovalPolicy.DESTROY`.
   *
   * @default false - the deletion of a stack whose bucket is not empty fails
   */
  readonly autoDeleteObjects?: boolean;
}

const FAILURE_STORE: Shape<FailureStoreProps> = {
  encryptionKey: rule('a key, a kms.IKey', has('keyArn')),
  retention: DURATION,
  removalPolicy: oneOf('RemovalPolicy', RemovalPolicy),
  autoDeleteObjects: FLAG,
};

/**
 * Holds, whole, the changes that subscribers could not apply, so that they can be replayed at any later time.
 *
 * Subscribers of one table share it. It is treated as table data: encrypted, private, reachable through TLS only, kept
 * for a stated time.
 */
export class FailureStore extends Construct {
  /** The bucket that holds the changes that the library's runtime and relay store. */
  public readonly bucket: s3.Bucket;

  private readonly props: FailureStoreProps;
  private discards?: s3.Bucket;
  private relayRules = false;

  /** Makes the bucket. Fails for a `retention` that is not in whole days, and for `autoDeleteObjects` without DESTROY. */
  constructor(scope: Construct, id: string, props: FailureStoreProps = {}) {
    checkArguments(scope, id, props, FAILURE_STORE);
    super(scope, id);
    const retention = withoutPlaceholders(this, props).retention ?? Duration.days(DEFAULTS.failureRetentionDays);
    if (!retention.isUnresolved() && (!Number.isInteger(retention.toDays({ integral: false })) || retention.toDays() < 1)) {
      throw invalid(this, 'retention', retention.toHumanString(), 'whole days, at least 1');
    }
    if (props.autoDeleteObjects && props.removalPolicy !== RemovalPolicy.DESTROY) {
      throw invalid(this, 'autoDeleteObjects', `true with removalPolicy ${props.removalPolicy ?? RemovalPolicy.RETAIN}`, 'it with removalPolicy DESTROY');
    }
    this.props = { ...props, retention };
    // Stacks that an older version deployed hold discarded batches in this bucket, which expire too.
    this.bucket = this.createBucket('Bucket', [FAILURE_PREFIX, AWS_FAILURE_PREFIX]);
  }

  /**
   * The bucket that holds the batches that event source mappings discard, which Lambda writes with the role of the function. It is created when first asked for.
   *
   * It holds nothing else: Lambda creates an event source mapping only if the role may put objects anywhere in its bucket, and no role may overwrite the
   * changes of another subscriber in `bucket`.
   */
  public get discardBucket(): s3.Bucket {
    this.discards ??= this.createBucket('Discards', [undefined]);
    return this.discards;
  }

  /**
   * What the relay needs: to keep changes for queues that do not take them, to put large ones where messages can point to, and what every
   * mapping needs. With the first call the bucket gets the rules for both.
   *
   * @internal
   */
  public _relayStatements(): iam.PolicyStatement[] {
    if (!this.relayRules) {
      this.relayRules = true;
      for (const prefix of [SPILL_PREFIX, CLAIM_PREFIX]) this.bucket.addLifecycleRule({ prefix, expiration: KEEP_FOR_QUEUES });
    }
    return [
      this.statement('KeepSpills', ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], this.bucket.arnForObjects(`${SPILL_PREFIX}*`)),
      this.statement('StoreLargeChanges', ['s3:PutObject'], this.bucket.arnForObjects(`${CLAIM_PREFIX}*`)),
      this.statement('FindFailureStore', ['s3:ListBucket'], this.bucket.bucketArn),
      ...this.discardStatements(),
    ];
  }

  /**
   * What the worker of a queue needs: to put its failed changes here, and to fetch what messages point to.
   *
   * @internal
   */
  public _workerStatements(subscriberName: string): iam.PolicyStatement[] {
    return [this.storeStatement(subscriberName), this._claimStatement()];
  }

  /** @internal */
  public _claimStatement(): iam.PolicyStatement {
    return this.statement('FetchLargeChanges', ['s3:GetObject'], this.bucket.arnForObjects(`${CLAIM_PREFIX}*`));
  }

  /**
   * What a subscriber on a stream needs to put failed changes here, and no more: it can neither read nor delete.
   *
   * @internal
   */
  public _writeStatements(subscriberName: string): iam.PolicyStatement[] {
    return [this.storeStatement(subscriberName), ...this.discardStatements()];
  }

  private storeStatement(subscriberName: string): iam.PolicyStatement {
    return this.statement('StoreFailures', ['s3:PutObject'], this.bucket.arnForObjects(`${FAILURE_PREFIX}${subscriberName}/*`));
  }

  /** Lambda asks for both when it creates an event source mapping, and refuses a PutObject that is limited to a prefix. */
  private discardStatements(): iam.PolicyStatement[] {
    return [
      this.statement('StoreDiscards', ['s3:PutObject'], this.discardBucket.arnForObjects('*')),
      this.statement('FindDiscards', ['s3:ListBucket'], this.discardBucket.bucketArn),
    ];
  }

  /** Bucket names are global: without the account, a re-created bucket of somebody else would receive table data. */
  private statement(sid: string, actions: string[], resource: string): iam.PolicyStatement {
    return new iam.PolicyStatement({ sid, actions, resources: [resource], conditions: { StringEquals: { 's3:ResourceAccount': Stack.of(this).account } } });
  }

  private createBucket(id: string, prefixes: ReadonlyArray<string | undefined>): s3.Bucket {
    const { autoDeleteObjects, encryptionKey, removalPolicy, retention } = this.props;
    const bucket = new s3.Bucket(this, id, {
      encryption: encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey,
      bucketKeyEnabled: encryptionKey ? true : undefined,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // A redrive deletes what it has replayed: for a week a mistake there can be undone.
      versioned: true,
      lifecycleRules: [
        ...prefixes.map((prefix) => ({ prefix, expiration: retention })),
        { noncurrentVersionExpiration: KEEP_DELETED, abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
      autoDeleteObjects,
    });
    justify(bucket,
      { nag: 'AwsSolutions-S1', checkov: 'CKV_AWS_18', reason: 'Only subscribers and redrives touch it; CloudTrail data events show both.' },
      { checkov: 'CKV_AWS_144', reason: 'What is in it can be replayed only where the table is.' },
      { checkov: 'CKV2_AWS_62', reason: 'Arrivals raise an alarm through metrics.' },
    );
    return bucket;
  }
}
