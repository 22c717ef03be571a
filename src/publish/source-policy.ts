import * as iam from 'aws-cdk-lib/aws-iam';
import { IChangeSource } from './change-source';

/** What every reader of the stream needs for it, and no more. */
export function readStreamStatement(source: IChangeSource): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ReadStream',
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    resources: [source.streamArn],
  });
}

/** The customer's key, for the table, the queues and the failure store. */
export function keyStatements(source: IChangeSource): iam.PolicyStatement[] {
  if (!source.encryptionKey) return [];
  return [new iam.PolicyStatement({
    sid: 'UseKey',
    actions: [
      'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: [source.encryptionKey.keyArn],
  })];
}
