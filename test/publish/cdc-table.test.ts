import { App, CfnDeletionPolicy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CdcTable } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { logicalIds, newStack, only, ORDER_ID, orders, resources, subscribe } from '../support/stacks';

const GLOBAL_TABLE = 'AWS::DynamoDB::GlobalTable';

beforeAll(() => useBootstrap());

describe('defaults', () => {
  test('the table streams both images, is retained, protected, recoverable and encrypted', () => {
    const stack = newStack();
    orders(stack);
    const table = only(stack, GLOBAL_TABLE);
    expect(table.DeletionPolicy).toBe(CfnDeletionPolicy.RETAIN);
    Template.fromStack(stack).hasResourceProperties(GLOBAL_TABLE, {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [Match.objectLike({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      })],
    });
  });

  test('a table that may be destroyed is not protected from it', () => {
    const stack = newStack();
    orders(stack, { removalPolicy: RemovalPolicy.DESTROY });
    expect(only(stack, GLOBAL_TABLE).Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });

  test.each([
    ['pointInTimeRecovery', { pointInTimeRecovery: false }],
    ['pointInTimeRecoverySpecification', { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false } }],
  ])('%s of TableV2 is taken', (_property, props) => {
    const stack = newStack();
    orders(stack, props);
    expect(only(stack, GLOBAL_TABLE).Properties.Replicas[0].PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: false });
  });

  test('everything else of TableV2 is taken', () => {
    const stack = newStack();
    const sortKey = { name: 'line', type: dynamodb.AttributeType.NUMBER };
    const source = orders(stack, { sortKey, tableName: 'orders', timeToLiveAttribute: 'ttl' });
    expect(source.sortKey).toEqual(sortKey);
    expect(source.partitionKey).toEqual(ORDER_ID);
    Template.fromStack(stack).hasResourceProperties(GLOBAL_TABLE, { TableName: 'orders', TimeToLiveSpecification: { AttributeName: 'ttl' } });
  });
});

test('fails for another view type', () => {
  expect(() => orders(newStack(), { dynamoStream: dynamodb.StreamViewType.KEYS_ONLY }))
    .toThrow('[Stack/Orders] dynamoStream: given KEYS_ONLY, allowed NEW_AND_OLD_IMAGES');
});

test('fails for a customer\'s key in a stack without a region, before CDK fails without a path', () => {
  const stack = newStack();
  const encryption = dynamodb.TableEncryptionV2.customerManagedKey(new kms.Key(stack, 'Key'));

  expect(() => orders(stack, { encryption })).toThrow('[Stack/Orders] encryption: given a customer\'s key in a stack without a region, allowed it in a stack with env.region');
});

describe('state', () => {
  test('a table without subscribers has neither ledger nor failure store', () => {
    const stack = newStack();
    orders(stack);
    expect(Object.values(logicalIds(stack))).toEqual([GLOBAL_TABLE]);
  });

  test('subscribers share one ledger, which is never the streamed table, and one failure store of two buckets', () => {
    const stack = newStack();
    const source = orders(stack);
    subscribe(stack, 'A', source);
    subscribe(stack, 'B', source);
    const template = Template.fromStack(stack);
    template.resourceCountIs(GLOBAL_TABLE, 1);
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.resourceCountIs('AWS::S3::Bucket', 2);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'exp', Enabled: true },
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
  });

  test('goes with a table that may be destroyed', () => {
    const stack = newStack();
    subscribe(stack, 'A', orders(stack, { removalPolicy: RemovalPolicy.DESTROY }));
    expect(only(stack, 'AWS::DynamoDB::Table')).toMatchObject({ DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
    const buckets = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket'));
    expect(buckets.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Delete', 'Delete']);
  });

  test('a customer\'s key given for the table is used for everything', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
    const key = new kms.Key(stack, 'Key');
    const source = orders(stack, { encryption: dynamodb.TableEncryptionV2.customerManagedKey(key) });
    subscribe(stack, 'A', source);
    subscribe(stack, 'B', source);
    const arn = stack.resolve(key.keyArn);
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: arn, SSEEnabled: true, SSEType: 'KMS' } });
    template.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true, ServerSideEncryptionByDefault: { KMSMasterKeyID: arn, SSEAlgorithm: 'aws:kms' },
        }],
      },
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
    template.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: arn });

    const statements: { Principal: { Service?: unknown } }[] = only(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
    expect(statements.flatMap(({ Principal: { Service } }) => Service ?? []).map((service) => JSON.stringify(service))).toEqual([
      expect.stringContaining('lambda.amazonaws.com'), expect.stringContaining('logs.'),
    ]);
  });

  test('an imported key, whose policy cannot be changed, is warned of', () => {
    const stack = newStack();
    const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/k');
    const table = new dynamodb.Table(stack, 'Table', {
      partitionKey: ORDER_ID,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      encryptionKey: key,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    });
    const subscriber = subscribe(stack, 'A', CdcTable.fromTable(stack, 'Source', table));
    expect(subscriber.node.metadata.map(({ data }) => String(data)).join()).toContain('lambda.amazonaws.com decrypt filters');
    expect(only(stack, 'AWS::Logs::LogGroup').Properties.KmsKeyId).toBe('arn:aws:kms:eu-west-1:111111111111:key/k');
  });
});

test('grantPublish lets somebody write to the table, and nothing else', () => {
  const stack = newStack();
  const role = new iam.Role(stack, 'Writer', { assumedBy: new iam.AccountRootPrincipal() });
  orders(stack).grantPublish(role);
  const [statement, ...more] = only(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
  expect(more).toEqual([]);
  expect(statement.Action.sort()).toEqual([
    'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable', 'dynamodb:PutItem', 'dynamodb:UpdateItem',
  ]);
});

test('logical ids', () => {
  const stack = newStack();
  const source = orders(stack);
  void source.ledger;
  void source.failureStore;
  expect(logicalIds(stack)).toMatchInlineSnapshot(`
{
  "OrdersFailuresBucketA2B4EB13": "AWS::S3::Bucket",
  "OrdersFailuresBucketPolicyDF1B36C2": "AWS::S3::BucketPolicy",
  "OrdersLedgerA01945FC": "AWS::DynamoDB::Table",
  "OrdersTable1F8332C7": "AWS::DynamoDB::GlobalTable",
}
`);
  expect(Object.keys(resources(stack))).toHaveLength(4);
});
