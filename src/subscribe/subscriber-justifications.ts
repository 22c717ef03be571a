import { IConstruct } from 'constructs';
import { SubscriberInput } from './handler-source';
import { CLAIM_PREFIX } from '../contract/envelope';
import { FAILURE_PREFIX } from '../contract/failure-record';
import { IChangeSource } from '../publish/change-source';
import { arnInRules, justify } from '../validate/justify';

/** The wildcards in a subscriber's policy. */
export function justifyPolicy(
  policy: IConstruct, subscriberName: string, source: IChangeSource, anyResource: boolean, input: SubscriberInput = 'STREAM',
): void {
  const { failureStore } = source;
  const own = `${arnInRules(failureStore.bucket)}/${FAILURE_PREFIX}${subscriberName}/*`;
  const other = input === 'STREAM' ? `${arnInRules(failureStore.discardBucket)}/*` : `${arnInRules(failureStore.bucket)}/${CLAIM_PREFIX}*`;
  justify(policy,
    ...[own, other].map((resource) => ({
      nag: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: 'A subscriber may put objects below its own prefix, Lambda anywhere in the bucket of discarded batches, and messages point to objects of all subscribers.',
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
