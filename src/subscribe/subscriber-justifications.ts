import { CfnElement, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { SubscriberInput } from './handler-source';
import { CLAIM_PREFIX } from '../contract/envelope';
import { AWS_FAILURE_PREFIX, FAILURE_PREFIX } from '../contract/failure-record';
import { IChangeSource } from '../publish/change-source';
import { justify } from '../validate/justify';

/** The wildcards in a subscriber's policy. */
export function justifyPolicy(
  policy: IConstruct, subscriberName: string, source: IChangeSource, anyResource: boolean, input: SubscriberInput = 'STREAM',
): void {
  const { bucket } = source.failureStore;
  const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
  const prefixes = [`${FAILURE_PREFIX}${subscriberName}/`, input === 'STREAM' ? AWS_FAILURE_PREFIX : CLAIM_PREFIX];
  justify(policy,
    ...prefixes.map((prefix) => ({
      nag: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`,
      reason: 'A subscriber may put objects below its own prefix, Lambda below the one it chooses, and messages point to objects of all subscribers.',
    })),
    ...(anyResource ? ['AwsSolutions-IAM5[Resource::*]', 'Serverless-LambdaStarPermissions'] : [])
      .map((nag) => ({ nag, reason: 'Tracing and network interfaces cannot be limited to resources.' })),
  );
}

export function justifyFunction(fn: IConstruct, inNetwork: boolean, traced: boolean): void {
  justify(fn,
    { checkov: 'CKV_AWS_115', reason: 'The stream\'s shards and the parallelization factor bound its concurrency.' },
    { nag: 'Serverless-LambdaDLQ', checkov: 'CKV_AWS_116', reason: 'A mapping invokes it, and has a failure destination of its own.' },
    ...(traced ? [] : [{ nag: 'Serverless-LambdaTracing', cfnLint: 'WS1000', reason: 'Traces cost money for each batch; they are the user\'s choice.' }]),
    { cfnLint: 'WS1004', reason: 'Its log group is the one that LoggingConfig names, with a retention; the rule looks for a name of its own.' },
    { cfnLint: 'W3005', reason: 'CDK\'s own Function states the dependency on its role beside using it.' },
    ...(inNetwork ? [] : [{ checkov: 'CKV_AWS_117', reason: 'What it calls for the library is public; a network is the user\'s choice.' }]),
  );
}

export function justifyUnencrypted(construct: IConstruct, checkov: string, source: IChangeSource): void {
  if (!source.encryptionKey) justify(construct, { checkov, reason: 'It follows the table, for which no customer key was given.' });
}
