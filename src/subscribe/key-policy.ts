import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * Lets Lambda decrypt filters and CloudWatch encrypt logs with the customer's key: both act for themselves, so that a
 * function's role cannot grant it. Equal statements are merged, however many subscribers ask; they have no ids, since those of other stacks may differ.
 */
export function letServicesUseKey(scope: Construct, key: kms.IKey): void {
  const { region, account, partition, urlSuffix } = Stack.of(scope);
  const statements = [
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      actions: ['kms:Decrypt'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:lambda:${region}:${account}:event-source-mapping:*` },
      },
    }),
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${region}.${urlSuffix}`)],
      actions: ['kms:Decrypt', 'kms:Describe*', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    }),
  ];
  const added = statements.map((statement) => key.addToResourcePolicy(statement).statementAdded);
  if (added.every((done) => done)) return;
  Annotations.of(scope).addWarningV2('cdk-dynamodb-cdc:importedKey',
    'The key\'s policy cannot be changed from here: it must itself let lambda.amazonaws.com decrypt filters and CloudWatch Logs use it');
}
