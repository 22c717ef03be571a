import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { CLAIM_PREFIX } from '../contract/envelope';
import { SPILL_PREFIX } from '../contract/spill';
import { IChangeSource } from '../publish/change-source';
import { arnInRules, justify } from '../validate/justify';

export interface RelayParts {
  readonly fn: lambda.Function;
  readonly role: IConstruct;
  readonly logGroup: IConstruct;
  readonly source: IChangeSource;
}

/** Why the relay departs from rules of common checkers. */
export function justifyRelay({ fn, role, logGroup, source }: RelayParts): void {
  const { bucket, discardBucket } = source.failureStore;
  const objects = [...[SPILL_PREFIX, CLAIM_PREFIX].map((prefix) => `${arnInRules(bucket)}/${prefix}*`), `${arnInRules(discardBucket)}/*`];
  justify(role, ...objects.map((resource) => ({
    nag: `AwsSolutions-IAM5[Resource::${resource}]`,
    reason: 'The relay keeps changes below prefixes of its own, and Lambda puts objects anywhere in the bucket of discarded batches.',
  })));
  const notAsked = 'It follows the table, for which no customer key was given.';
  justify(fn,
    { checkov: 'CKV_AWS_115', reason: 'The stream\'s shards and the parallelization factor bound its concurrency.' },
    { nag: 'Serverless-LambdaDLQ', checkov: 'CKV_AWS_116', reason: 'A mapping invokes it, and has a failure destination of its own.' },
    { nag: 'Serverless-LambdaTracing', cfnLint: 'WS1000', reason: 'Traces cost money for each batch.' },
    { cfnLint: 'WS1004', reason: 'Its log group is the one that LoggingConfig names, with a retention; the rule looks for a name of its own.' },
    { cfnLint: 'W3005', reason: 'CDK\'s own Function states the dependency on its role beside using it.' },
    { checkov: 'CKV_AWS_117', reason: 'What it calls is public.' },
    ...(source.encryptionKey ? [] : [{ checkov: 'CKV_AWS_173', reason: notAsked }]),
  );
  if (!source.encryptionKey) justify(logGroup, { checkov: 'CKV_AWS_158', reason: notAsked });
}
