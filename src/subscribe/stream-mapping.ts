import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { StreamSubscriberProps } from './stream-subscriber-props';
import { DEFAULTS } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { checkStreamLocation } from '../publish/stream-location';
import { toSeconds } from '../validate/checks';

/** The mapping's retries end with the record's age: the runtime counts attempts, and any failure of a batch's first record uses one up. */
const UNTIL_TOO_OLD = -1;

export interface StreamMappingSpec {
  readonly source: IChangeSource;
  readonly fn: lambda.IFunction;
  readonly props: StreamSubscriberProps;
  readonly maxRecordAge: Duration;
  readonly patterns: string[];
  readonly reportBatchItemFailures: boolean;
  readonly retryAttempts?: number;
}

/** The event source mapping, with what stock CDK leaves out: bisect, partial failures, record age, whole records on failure. */
export function createStreamMapping(scope: Construct, id: string, spec: StreamMappingSpec): lambda.EventSourceMapping {
  const { props, source } = spec;
  checkStreamLocation(scope, source);
  const filtered = spec.patterns.length > 0;
  const mapping = new lambda.EventSourceMapping(scope, id, {
    target: spec.fn,
    eventSourceArn: source.streamArn,
    startingPosition: props.startingPosition ?? lambda.StartingPosition.TRIM_HORIZON,
    enabled: props.enabled ?? true,
    filters: filtered ? spec.patterns.map((pattern) => ({ pattern })) : undefined,
    batchSize: props.batchSize ?? DEFAULTS.batchSize,
    parallelizationFactor: props.parallelizationFactor ?? DEFAULTS.parallelizationFactor,
    reportBatchItemFailures: spec.reportBatchItemFailures,
    bisectBatchOnError: true,
    retryAttempts: spec.retryAttempts ?? UNTIL_TOO_OLD,
    // CDK's own S3OnFailureDestination lets the function read and delete what is stored there.
    onFailure: { bind: () => ({ destination: source.failureStore.discardBucket.bucketArn }) },
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
  });

  // The L2 compares the number that encodes a token with its bounds, so these go past it.
  const resource = mapping.node.defaultChild as lambda.CfnEventSourceMapping;
  resource.maximumRecordAgeInSeconds = toSeconds(scope, 'maxRecordAge', spec.maxRecordAge);
  resource.maximumBatchingWindowInSeconds = props.maxBatchingWindow
    ? toSeconds(scope, 'maxBatchingWindow', props.maxBatchingWindow) : DEFAULTS.batchingWindowSeconds;
  if (filtered) resource.kmsKeyArn = source.encryptionKey?.keyArn;
  return mapping;
}
