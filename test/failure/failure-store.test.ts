import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CdcTable, FailureStore, FailureStoreProps, QueuedSubscriber } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, logicalIds, newStack, numberToken, only, ORDER_ID, orders, subscribe } from '../support/stacks';

const BUCKET = 'AWS::S3::Bucket';

beforeAll(() => useBootstrap());

function failures(props?: FailureStoreProps) {
  const stack = newStack();
  const store = new FailureStore(stack, 'Failures', props);
  return { stack, store };
}

test('is private, encrypted, versioned and retained, and forgets in time', () => {
  const { stack } = failures();
  expect(only(stack, BUCKET)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  Template.fromStack(stack).hasResourceProperties(BUCKET, {
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: [
        { Status: 'Enabled', Prefix: 'changes/', ExpirationInDays: 90 },
        { Status: 'Enabled', Prefix: 'aws/lambda/', ExpirationInDays: 90 },
        { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      ],
    },
  });
});

describe('batches that event source mappings discard', () => {
  test('have a bucket of their own, which is kept like the other and whose objects all expire', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const store = new FailureStore(stack, 'Failures', { encryptionKey, retention: Duration.days(7), removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
    const { discardBucket } = store;
    expect(store.discardBucket).toBe(discardBucket);
    const properties = (bucket: s3.Bucket) => {
      const all = Template.fromStack(stack).toJSON().Resources;
      const { LifecycleConfiguration, ...rest } = all[stack.getLogicalId(bucket.node.defaultChild as s3.CfnBucket)].Properties;
      return { LifecycleConfiguration, rest };
    };
    expect(properties(discardBucket).rest).toEqual(properties(store.bucket).rest);
    expect(properties(discardBucket).LifecycleConfiguration.Rules).toEqual([
      { Status: 'Enabled', ExpirationInDays: 7 },
      { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
    Template.fromStack(stack).resourceCountIs('Custom::S3AutoDeleteObjects', 2);
    Template.fromStack(stack).resourceCountIs('AWS::S3::BucketPolicy', 2);
  });

  test('no role of a table may put them, or other objects, where the changes of others are', () => {
    const stack = newStack();
    const source = orders(stack);
    subscribe(stack, 'Direct', source);
    new QueuedSubscriber(stack, 'Queued', { source, handler: handler() });
    const { bucket, discardBucket } = source.failureStore;
    const put = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'))
      .flatMap(({ Properties }) => (Properties.Policies ?? []) as any[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as any[])
      .filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(put).not.toEqual([]);
    for (const { Condition } of put) expect(Condition).toEqual({ StringEquals: { 's3:ResourceAccount': { Ref: 'AWS::AccountId' } } });
    const written = new Set(put.flatMap(({ Resource }) => [Resource].flat()).map((resource) => JSON.stringify(resource)));
    expect(written).toEqual(new Set([
      bucket.arnForObjects('changes/Direct/*'), bucket.arnForObjects('changes/Queued/*'), bucket.arnForObjects('spill/*'), bucket.arnForObjects('claims/*'),
      discardBucket.arnForObjects('*'),
    ].map((arn) => JSON.stringify(stack.resolve(arn)))));
  });

  test('go from each event source mapping of a stream to their bucket', () => {
    const stack = newStack();
    const source = orders(stack);
    subscribe(stack, 'Direct', source);
    new QueuedSubscriber(stack, 'Queued', { source, handler: handler() });
    const destinations = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::EventSourceMapping')).map(({ Properties }) => Properties.DestinationConfig).filter(Boolean);
    const destination = { OnFailure: { Destination: stack.resolve(source.failureStore.discardBucket.bucketArn) } };
    expect(destinations).toEqual([destination, destination]);
  });

  test('have no bucket where no event source mapping reads', () => {
    Template.fromStack(failures().stack).resourceCountIs(BUCKET, 1);
  });
});

test('is reached through TLS only', () => {
  Template.fromStack(failures().stack).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })] },
  });
});

test('takes a key, a retention and a removal policy', () => {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  new FailureStore(stack, 'Failures', { encryptionKey, retention: Duration.days(1), removalPolicy: RemovalPolicy.DESTROY });
  expect(only(stack, BUCKET).DeletionPolicy).toBe('Delete');
  Template.fromStack(stack).hasResourceProperties(BUCKET, {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: stack.resolve(encryptionKey.keyArn) },
      }],
    },
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 1 })]) },
  });
});

test.each([[Duration.hours(36), '1 day 12 hours'], [Duration.days(0), '0 days'], [Duration.hours(1), '1 hour']])(
  'fails for a retention of %s', (retention, given) => {
    expect(() => failures({ retention })).toThrow(new Error(`[Stack/Failures] retention: given ${given}, allowed whole days, at least 1`));
  });

test('fails for the retention a table is given, at the store it makes', () => {
  const source = new CdcTable(newStack(), 'Orders', { partitionKey: ORDER_ID, failureRetention: Duration.hours(1) });
  expect(() => source.failureStore).toThrow('[Stack/Orders/Failures] retention: given 1 hour');
});

test('deletes all objects and versions with the bucket, when asked to', () => {
  const { stack } = failures({ removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
  Template.fromStack(stack).resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  Template.fromStack(failures({ removalPolicy: RemovalPolicy.DESTROY }).stack).resourceCountIs('Custom::S3AutoDeleteObjects', 0);
});

test.each([undefined, RemovalPolicy.RETAIN])('fails for autoDeleteObjects with removalPolicy %s', (removalPolicy) => {
  expect(() => failures({ removalPolicy, autoDeleteObjects: true }))
    .toThrow(new Error('[Stack/Failures] autoDeleteObjects: given true with removalPolicy retain, allowed it with removalPolicy DESTROY'));
});

test('a table deletes its failed changes with it, when asked to', () => {
  const stack = newStack();
  const source = new CdcTable(stack, 'Orders', { partitionKey: ORDER_ID, removalPolicy: RemovalPolicy.DESTROY, autoDeleteFailures: true });
  expect(source.failureStore.bucket).toBeDefined();
  const buckets = Object.values(Template.fromStack(stack).findResources(BUCKET));
  Template.fromStack(stack).resourceCountIs('Custom::S3AutoDeleteObjects', buckets.length);
});

test('fails for a table that is retained while its failed changes are not', () => {
  expect(() => new CdcTable(newStack(), 'Orders', { partitionKey: ORDER_ID, autoDeleteFailures: true }))
    .toThrow('[Stack/Orders] autoDeleteFailures: given true with removalPolicy retain, allowed it with removalPolicy DESTROY');
});

test('takes a retention that is a token', () => {
  const stack = newStack();
  new FailureStore(stack, 'Failures', { retention: Duration.days(numberToken(stack)) });
  Template.fromStack(stack).hasResourceProperties(BUCKET, { LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: { Ref: 'Number' } })]) } });
});

test('logical ids', () => {
  expect(logicalIds(failures().stack)).toMatchInlineSnapshot(`
{
  "FailuresBucket3D5A4556": "AWS::S3::Bucket",
  "FailuresBucketPolicyA0085020": "AWS::S3::BucketPolicy",
}
`);
});
