import * as iam from 'aws-cdk-lib/aws-iam';
import { IChangeSource } from '../publish/change-source';
import { keyStatements, readStreamStatement } from '../publish/source-policy';

/** What the relay needs, and no more. That it may send to the queues is said by their policy, however many they are. */
export function relayStatements(source: IChangeSource, logGroupArn: string): iam.PolicyStatement[] {
  return [
    readStreamStatement(source),
    ...source.failureStore._relayStatements(),
    new iam.PolicyStatement({ sid: 'KeepState', actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], resources: [source.ledger.tableArn] }),
    new iam.PolicyStatement({ sid: 'WriteLog', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn] }),
    ...keyStatements(source),
  ];
}

/** What the relay needs besides, to record items' newest changes. */
export function recordLatestStatement(source: IChangeSource): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid: 'RecordLatest', actions: ['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'], resources: [source.ledger.tableArn] });
}
