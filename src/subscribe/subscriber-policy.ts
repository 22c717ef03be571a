import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { RawHandler } from './handler-source';
import { IChangeSource } from '../publish/change-source';
import { keyStatements, readStreamStatement } from '../publish/source-policy';

/**
 * Lets an existing function read. Lambda checks the permissions when it creates the event source mapping, so they come first. The statements get no ids: the
 * function's role may serve several subscribers, and equal ids in one policy are refused.
 */
export function grantReading(mapping: Construct, { fn }: RawHandler, statements: readonly iam.PolicyStatement[]): void {
  for (const statement of statements) {
    statement.sid = undefined;
    const { policyDependable } = fn.grantPrincipal.addToPrincipalPolicy(statement);
    if (policyDependable) mapping.node.addDependency(policyDependable);
  }
}

/** What every reader of the stream needs, and no more: this stream, this failure store, this key. */
export function readerStatements(source: IChangeSource, subscriberName: string): iam.PolicyStatement[] {
  return [readStreamStatement(source), ...source.failureStore._writeStatements(subscriberName), ...keyStatements(source)];
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
