import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { StreamSubscriberProps } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { newStack, only, orders, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());

/** Rules of cdk-nag that what the library makes breaks without giving a reason. */
function findings(stack: Stack): string[] {
  const violations = [AwsSolutionsChecks, ServerlessChecks].flatMap((Checks) => new Checks(stack).validateScope(stack).violations);
  return violations.flatMap(({ ruleName, violatingResources }) => violatingResources
    .map(({ constructPath }) => `${constructPath} ${ruleName}`));
}

test.each<[string, (stack: Stack) => Partial<StreamSubscriberProps>]>([
  ['defaults', () => ({})],
  ['tracing', () => ({ tracing: lambda.Tracing.ACTIVE })],
  ['a network', (stack) => ({
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'v', availabilityZones: ['a'], privateSubnetIds: ['s'] }),
  })],
])('cdk-nag finds nothing in a subscriber with %s', (_case, props) => {
  const stack = newStack();
  subscribe(stack, 'FraudCheck', orders(stack), props(stack));
  expect(findings(stack)).toEqual([]);
});

test('cdk-nag finds nothing in a subscriber with a customer\'s key', () => {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  subscribe(stack, 'FraudCheck', orders(stack, { encryption: dynamodb.TableEncryptionV2.customerManagedKey(key) }));
  expect(findings(stack)).toEqual([]);
});

test('cdk-nag finds what is the user\'s own', () => {
  const stack = newStack();
  new kms.Key(stack, 'Key');
  expect(findings(stack).join()).toContain('AwsSolutions-KMS5');
});

test('checkov is told why, where its rules are not followed', () => {
  const stack = newStack();
  subscribe(stack, 'FraudCheck', orders(stack));
  const skipped = (type: string) => only(stack, type).Metadata.checkov.skip.map(({ id }: { id: string }) => id);
  expect(skipped('AWS::Lambda::Function')).toEqual(['CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117', 'CKV_AWS_173']);
  expect(skipped('AWS::Logs::LogGroup')).toEqual(['CKV_AWS_158']);
  expect(skipped('AWS::DynamoDB::Table')).toEqual(['CKV_AWS_28', 'CKV_AWS_119']);
  const buckets = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket'));
  expect(buckets.map(({ Metadata }) => Metadata.checkov.skip.map(({ id }: { id: string }) => id))).toEqual(Array(2).fill(['CKV_AWS_18', 'CKV_AWS_144', 'CKV2_AWS_62']));
});

test('cfn-lint is told of what it cannot see, and of tracing only where there is none', () => {
  const ignored = (props: Partial<StreamSubscriberProps>) => {
    const stack = newStack();
    subscribe(stack, 'FraudCheck', orders(stack), props);
    return only(stack, 'AWS::Lambda::Function').Metadata['cfn-lint'].config.ignore_checks;
  };
  expect(ignored({})).toEqual(['WS1000', 'WS1004', 'W3005']);
  expect(ignored({ tracing: lambda.Tracing.ACTIVE })).toEqual(['WS1004', 'W3005']);
});
