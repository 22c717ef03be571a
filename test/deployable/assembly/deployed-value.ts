import { createHash } from 'node:crypto';
import { Assembly, AssemblyStack, Placed } from './assembly';

/** The longest that a Region, account and partition of the commercial partition can be. */
const PSEUDO: Record<string, string> = {
  'AWS::Region': 'ap-southeast-1', 'AWS::AccountId': '123456789012', 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::NoValue': '',
};

/** Longest physical names, where CloudFormation generates them from the names of stack and resource. */
const LONGEST_NAME: Record<string, number> = {
  'AWS::Lambda::Function': 64,
  'AWS::S3::Bucket': 63,
  'AWS::IAM::Role': 64,
  'AWS::SQS::Queue': 80,
  'AWS::Events::Rule': 64,
  'AWS::DynamoDB::GlobalTable': 255,
  'AWS::DynamoDB::Table': 255,
  'AWS::CloudWatch::Alarm': 255,
  'AWS::Logs::LogGroup': 512,
  'AWS::SNS::Topic': 256,
  'AWS::KMS::Key': 36,
};
/** The property that gives a resource its name, where the template does. */
const GIVEN_NAME: Record<string, string> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Events::Rule': 'Name',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SNS::Topic': 'TopicName',
};
const SUFFIX_CHARACTERS = 12;
const UUID = '00000000-0000-0000-0000-000000000000';

/** Evaluates a value as CloudFormation does, with names as long as CloudFormation generates them. What it cannot know becomes `<what>`. */
export function deployedValue(assembly: Assembly, stack: AssemblyStack, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => deployedValue(assembly, stack, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [[name, argument]] = entries;
    if (name === 'Ref' || name.startsWith('Fn::')) return intrinsic(assembly, stack, name, argument);
  }
  return Object.fromEntries(entries.map(([name, inner]) => [name, deployedValue(assembly, stack, inner)]));
}

/** The same of a value that is a string once deployed. */
export function deployedText(assembly: Assembly, stack: AssemblyStack, value: unknown): string {
  const deployed = deployedValue(assembly, stack, value);
  return typeof deployed === 'string' ? deployed : JSON.stringify(deployed) ?? '';
}

/** Name and ARN of a resource, as they will be at most. */
export function identity(assembly: Assembly, { stack, id, type, properties }: Placed): { name: string; arn: string } {
  const region = PSEUDO['AWS::Region'];
  const account = PSEUDO['AWS::AccountId'];
  const given = properties[GIVEN_NAME[type] ?? ''];
  // What is cut off names two resources alike: the suffix tells them apart, as CloudFormation's does.
  const suffix = createHash('sha256').update(`${stack.name}/${id}`).digest('hex').slice(0, SUFFIX_CHARACTERS);
  const generated = `${stack.name}-${id}-`.slice(0, (LONGEST_NAME[type] ?? 128) - SUFFIX_CHARACTERS) + suffix;
  const name = given === undefined ? (type === 'AWS::KMS::Key' ? UUID : generated) : deployedText(assembly, stack, given);
  const arn = ({
    'AWS::Lambda::Function': `arn:aws:lambda:${region}:${account}:function:${name}`,
    'AWS::S3::Bucket': `arn:aws:s3:::${name}`,
    'AWS::IAM::Role': `arn:aws:iam::${account}:role/${name}`,
    'AWS::SQS::Queue': `arn:aws:sqs:${region}:${account}:${name}`,
    'AWS::DynamoDB::GlobalTable': `arn:aws:dynamodb:${region}:${account}:table/${name}`,
    'AWS::DynamoDB::Table': `arn:aws:dynamodb:${region}:${account}:table/${name}`,
    'AWS::Events::Rule': `arn:aws:events:${region}:${account}:rule/${name}`,
    'AWS::CloudWatch::Alarm': `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    'AWS::Logs::LogGroup': `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
    'AWS::SNS::Topic': `arn:aws:sns:${region}:${account}:${name}`,
    'AWS::KMS::Key': `arn:aws:kms:${region}:${account}:key/${name}`,
  } as Record<string, string>)[type] ?? `arn:aws:${type}:${region}:${account}:${name}`;
  return { name, arn };
}

function intrinsic(assembly: Assembly, stack: AssemblyStack, name: string, argument: any): unknown {
  const text = (value: unknown) => deployedText(assembly, stack, value);
  if (name === 'Ref') return reference(assembly, stack, argument);
  if (name === 'Fn::GetAtt') return attribute(assembly, stack, ...(typeof argument === 'string' ? argument.split(/\.(.*)/, 2) : argument) as [string, string]);
  if (name === 'Fn::Join') return (deployedValue(assembly, stack, argument[1]) as unknown[]).map((part) => typeof part === 'string' ? part : text(part)).join(argument[0]);
  if (name === 'Fn::Split') return text(argument[1]).split(argument[0]);
  if (name === 'Fn::Select') return (deployedValue(assembly, stack, argument[1]) as unknown[])[Number(argument[0])] ?? '<nothing>';
  if (name === 'Fn::ImportValue') return imported(assembly, text(argument));
  if (name === 'Fn::Sub') {
    const [template, values] = [argument].flat() as [string, Record<string, unknown>?];
    return template.replace(/\$\{([^}]+)\}/g, (_all, key: string) => values && key in values ? text(values[key])
      : text(key.includes('.') ? { 'Fn::GetAtt': key } : { Ref: key }));
  }
  return `<${name}>`;
}

function reference(assembly: Assembly, stack: AssemblyStack, id: string): unknown {
  if (id === 'AWS::StackName') return stack.name;
  if (id === 'AWS::StackId') return `arn:aws:cloudformation:${PSEUDO['AWS::Region']}:${PSEUDO['AWS::AccountId']}:stack/${stack.name}/${UUID}`;
  if (id in PSEUDO) return PSEUDO[id];
  const resource = at(stack, id);
  if (resource) {
    const { name, arn } = identity(assembly, resource);
    if (resource.type === 'AWS::SQS::Queue') return `https://sqs.${PSEUDO['AWS::Region']}.amazonaws.com/${PSEUDO['AWS::AccountId']}/${name}`;
    return resource.type === 'AWS::SNS::Topic' ? arn : name;
  }
  const around = assembly.stacks.find(({ name }) => name === stack.parent?.stack);
  const given = around?.template.Resources?.[stack.parent!.logicalId]?.Properties?.Parameters?.[id];
  if (around && given !== undefined) return deployedValue(assembly, around, given);
  return stack.template.Parameters?.[id]?.Default ?? `<${id}>`;
}

function attribute(assembly: Assembly, stack: AssemblyStack, id: string, name: string): unknown {
  const resource = at(stack, id);
  if (!resource) return `<${id}.${name}>`;
  if (resource.type === 'AWS::CloudFormation::Stack' && name.startsWith('Outputs.')) {
    const child = assembly.stacks.find(({ parent }) => parent?.stack === stack.name && parent.logicalId === id);
    const output = child?.template.Outputs?.[name.slice('Outputs.'.length)];
    return child && output ? deployedValue(assembly, child, output.Value) : `<${id}.${name}>`;
  }
  const its = identity(assembly, resource);
  if (name === 'Arn') return its.arn;
  if (name === 'StreamArn') return `${its.arn}/stream/2026-01-01T00:00:00.000`;
  return /Name$/.test(name) ? its.name : `<${id}.${name}>`;
}

function imported(assembly: Assembly, name: string): unknown {
  for (const stack of assembly.stacks) {
    for (const { Export, Value } of Object.values(stack.template.Outputs ?? {})) {
      if (Export && deployedText(assembly, stack, Export.Name) === name) return deployedValue(assembly, stack, Value);
    }
  }
  return `<${name}>`;
}

function at(stack: AssemblyStack, id: string): Placed | undefined {
  const resource = stack.template.Resources?.[id];
  return resource && { stack, id, type: resource.Type, properties: resource.Properties ?? {}, dependsOn: [] };
}
