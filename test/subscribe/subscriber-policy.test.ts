import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { useBootstrap } from '../support/bootstrap';
import { newStack, only, ORDER_ID, orders, subscribe } from '../support/stacks';

const ROLE = 'AWS::IAM::Role';
const POLICY = 'AWS::IAM::Policy';

beforeAll(() => useBootstrap());

const statementsOf = (stack: Stack) => only(stack, ROLE).Properties.Policies[0].PolicyDocument.Statement;

test('the role can do this and no more', () => {
  const stack = newStack();
  const source = orders(stack);
  const subscriber = subscribe(stack, 'FraudCheck', source);
  const resolve = (value: unknown) => stack.resolve(value);
  const { bucket, discardBucket } = source.failureStore;
  const ownAccount = { StringEquals: { 's3:ResourceAccount': { Ref: 'AWS::AccountId' } } };

  const { ManagedPolicyArns, Policies } = only(stack, ROLE).Properties;
  expect(ManagedPolicyArns).toBeUndefined();
  expect(Policies).toHaveLength(1);
  Template.fromStack(stack).resourceCountIs(POLICY, 0);
  expect(statementsOf(stack)).toEqual([
    {
      Sid: 'ReadStream',
      Effect: 'Allow',
      Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      Resource: resolve(source.streamArn),
    },
    {
      Sid: 'StoreFailures',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: resolve(bucket.arnForObjects('changes/FraudCheck/*')),
      Condition: ownAccount,
    },
    { Sid: 'StoreDiscards', Effect: 'Allow', Action: 's3:PutObject', Resource: resolve(discardBucket.arnForObjects('*')), Condition: ownAccount },
    { Sid: 'FindDiscards', Effect: 'Allow', Action: 's3:ListBucket', Resource: resolve(discardBucket.bucketArn), Condition: ownAccount },
    {
      Sid: 'KeepLedger',
      Effect: 'Allow',
      Action: ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:UpdateItem'],
      Resource: resolve(source.ledger.tableArn),
    },
    {
      Sid: 'WriteLog',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: resolve(subscriber.logGroup!.logGroupArn),
    },
  ]);
});

test('with a network, tracing and a customer\'s key it can do what those need', () => {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
  const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/k');
  const source = orders(stack, { encryption: dynamodb.TableEncryptionV2.customerManagedKey(key) });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'v', availabilityZones: ['a'], privateSubnetIds: ['s'] });
  subscribe(stack, 'FraudCheck', source, { vpc, tracing: lambda.Tracing.ACTIVE });
  const added = statementsOf(stack).filter(({ Sid }: { Sid: string }) => ['UseKey', 'Trace', 'JoinNetwork'].includes(Sid));
  expect(added).toEqual([
    {
      Sid: 'UseKey',
      Effect: 'Allow',
      Action: [
        'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      Resource: key.keyArn,
    },
    { Sid: 'Trace', Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    {
      Sid: 'JoinNetwork',
      Effect: 'Allow',
      Action: [
        'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
      ],
      Resource: '*',
    },
  ]);
  Template.fromStack(stack).resourceCountIs(POLICY, 0);
});

test('grants to the subscriber go to its role', () => {
  const stack = newStack();
  const stock = new dynamodb.TableV2(stack, 'Stock', { partitionKey: ORDER_ID });
  const subscriber = subscribe(stack, 'FraudCheck', orders(stack));
  stock.grantWriteData(subscriber);
  Template.fromStack(stack).hasResourceProperties(POLICY, { Roles: [stack.resolve(subscriber.role!.roleName)] });
});

test('a role that is given gets the policy, and none is made', () => {
  const stack = newStack();
  const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const subscriber = subscribe(stack, 'FraudCheck', orders(stack), { role });
  expect(subscriber.role).toBe(role);
  expect(only(stack, ROLE).Properties.Policies).toBeUndefined();
  const policy = only(stack, POLICY).Properties;
  expect(policy.Roles).toEqual([stack.resolve(role.roleName)]);
  expect(policy.PolicyDocument.Statement.map(({ Sid }: { Sid: string }) => Sid))
    .toEqual(['ReadStream', 'StoreFailures', 'StoreDiscards', 'FindDiscards', 'KeepLedger', 'WriteLog']);
  // The mapping is made after the function, and Lambda then checks what the role may do.
  expect(only(stack, 'AWS::Lambda::Function').DependsOn).toContainEqual(expect.stringMatching(/^FraudCheckPolicy/));
});
