import { Assembly, oneStack, Placed, placed, Resource } from '../assembly/assembly';
import { deployedText, deployedValue } from '../assembly/deployed-value';
import { functionNamed } from '../assembly/roles';
import { Rule } from '../rule';

const PERMISSION_BYTES = 20_480;
const LIMITS = { 'AWS::S3::BucketPolicy': 20_480, 'AWS::KMS::Key': 32_768, 'AWS::SQS::QueuePolicy': 8_192, 'AWS::SNS::TopicPolicy': 30_720 } as const;

/** A function's own policy, as AddPermission makes it up: one statement for each permission. */
function permissionBytes(assembly: Assembly, permissions: readonly Placed[]): number {
  const statements = permissions.map(({ id, properties, stack }) => ({
    Sid: `${stack.name}-${id}-XXXXXXXXXXXX`.slice(0, 100),
    Effect: 'Allow',
    Principal: { Service: properties.Principal },
    Action: properties.Action,
    Resource: deployedText(assembly, stack, properties.FunctionName),
    Condition: { ArnLike: { 'AWS:SourceArn': deployedText(assembly, stack, properties.SourceArn ?? '') } },
  }));
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }).length;
}

const permission = (length: number): Resource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Principal: 'events.amazonaws.com', SourceArn: 'x'.repeat(length) },
});
const permissions = (count: number) => oneStack({
  Fn: { Type: 'AWS::Lambda::Function' }, ...Object.fromEntries(Array.from({ length: count }, (_none, index) => [`Permission${index}`, permission(100)])),
});
const bucketPolicy = (length: number) => oneStack({ Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: { Statement: [{ Action: 'x'.repeat(length) }] } } } });

export const RESOURCE_POLICIES: readonly Rule[] = [
  {
    name: `the permissions of a function have at most ${PERMISSION_BYTES} bytes together`,
    source: 'Lambda Developer Guide, Lambda quotas (function resource-based policy, 20 KB); aws/aws-cdk#18369: 50 rules, "The final policy size is bigger than the limit (20480)"',
    check: (assembly) => {
      const byFunction = new Map<string, Placed[]>();
      for (const found of placed(assembly, 'AWS::Lambda::Permission')) {
        const name = deployedText(assembly, found.stack, found.properties.FunctionName);
        byFunction.set(name, [...byFunction.get(name) ?? [], found]);
      }
      return [...byFunction].flatMap(([name, all]) => {
        const bytes = permissionBytes(assembly, all);
        return bytes > PERMISSION_BYTES ? [`${functionNamed(assembly, name)?.id ?? name}: ${all.length} permissions of ${bytes} bytes`] : [];
      });
    },
    refused: [permissions(80)],
    accepted: [permissions(40)],
  },
  {
    name: 'the policies of buckets, keys, queues and topics are as long as their services take',
    source: 'S3 User Guide, Bucket policies (20 KB); KMS Developer Guide, Quotas (key policy document size, 32 KB); SQS Developer Guide, policy quotas (8,192 bytes); SNS quotas (30 KB)',
    check: (assembly) => placed(assembly, ...Object.keys(LIMITS)).flatMap(({ id, properties, stack, type }) => {
      const bytes = JSON.stringify(deployedValue(assembly, stack, properties.PolicyDocument ?? properties.KeyPolicy) ?? '').length;
      return bytes > LIMITS[type as keyof typeof LIMITS] ? [`${id}: a policy of ${bytes} bytes`] : [];
    }),
    refused: [bucketPolicy(20_480)],
    accepted: [bucketPolicy(20_000)],
  },
  {
    name: 'CloudWatch Logs may use the key of a log group',
    source: 'CloudWatch Logs User Guide, Encrypt log data (the key policy must allow logs.<region>.amazonaws.com); otherwise "The specified KMS key does not exist or is not allowed to be used"',
    check: (assembly) => placed(assembly, 'AWS::Logs::LogGroup').filter(({ properties }) => properties.KmsKeyId !== undefined).flatMap(({ id, properties, stack }) => {
      const arn = deployedText(assembly, stack, properties.KmsKeyId);
      const key = placed(assembly, 'AWS::KMS::Key').find((one) => deployedText(assembly, one.stack, { 'Fn::GetAtt': [one.id, 'Arn'] }) === arn);
      if (!key) return [];
      return /"logs\.[a-z0-9-]+\.amazonaws\.com"/.test(JSON.stringify(deployedValue(assembly, key.stack, key.properties.KeyPolicy))) ? [] : [`${id}: its key ${key.id} does not allow CloudWatch Logs`];
    }),
    refused: [oneStack({
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [{ Principal: { AWS: '*' } }] } } },
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    })],
    accepted: [oneStack({
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [{ Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } }] } } },
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    })],
  },
];
