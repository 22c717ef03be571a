import { Resource } from './stacks';

/** Properties that CloudFormation changes only by making the resource anew, of those the library sets. */
const CREATE_ONLY: Record<string, string[]> = {
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn', 'StartingPosition'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema'],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::Events::Rule': ['Name'],
};

/** Types of the resources that the second template no longer has, or can have only anew. */
export function replaced(before: Record<string, Resource>, after: Record<string, Resource>): string[] {
  return Object.entries(before)
    .filter(([id, { Type, Properties }]) => !after[id] || (CREATE_ONLY[Type] ?? [])
      .some((name) => JSON.stringify(Properties[name]) !== JSON.stringify(after[id].Properties[name])))
    .map(([, { Type }]) => Type);
}
