import * as iam from 'aws-cdk-lib/aws-iam';
import { IChangeSource } from '../publish/change-source';

/** What every reader of the stream needs, and no more: this stream, this failure store, this key. */
export function readerStatements(source: IChangeSource, subscriberName: string): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ReadStream',
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [source.streamArn],
    }),
    ...source.failureStore._writeStatements(subscriberName),
    ...(source.encryptionKey ? [new iam.PolicyStatement({
      sid: 'UseKey',
      actions: [
        'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [source.encryptionKey.keyArn],
    })] : []),
  ];
}

/** The runtime's reads, batched conditional writes and transactions on the ledger. It never deletes: rows expire. */
export function ledgerStatement(source: IChangeSource): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'KeepLedger',
    actions: ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:UpdateItem'],
    resources: [source.ledger.tableArn],
  });
}

export function logStatement(logGroupArn: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'WriteLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroupArn],
  });
}

/** Neither X-Ray's nor EC2's actions on network interfaces can be limited to resources. */
export function tracingStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid: 'Trace', actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] });
}

export function networkStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'JoinNetwork',
    actions: [
      'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });
}
