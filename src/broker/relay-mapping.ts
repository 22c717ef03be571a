import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RelayOptions } from './relay-options';
import { DEFAULTS, MAX_RECORD_AGE_HELD_SECONDS } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { checkStreamLocation } from '../publish/stream-location';
import { invalid } from '../validate/invalid';

const UNTIL_TOO_OLD = -1;

/** The relay fails only where its own stores do, so it is given all the time there is; the failure store is the net behind it. */
export function createRelayMapping(scope: Construct, source: IChangeSource, fn: lambda.IFunction, options: RelayOptions): lambda.EventSourceMapping {
  if (options.startingPosition === lambda.StartingPosition.AT_TIMESTAMP) {
    throw invalid(scope, 'startingPosition', options.startingPosition, 'TRIM_HORIZON or LATEST');
  }
  checkStreamLocation(scope, source);
  const mapping = new lambda.EventSourceMapping(scope, 'Mapping', {
    target: fn,
    eventSourceArn: source.streamArn,
    startingPosition: options.startingPosition ?? lambda.StartingPosition.TRIM_HORIZON,
    batchSize: options.batchSize ?? DEFAULTS.batchSize,
    parallelizationFactor: options.parallelizationFactor ?? 1,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: UNTIL_TOO_OLD,
    onFailure: { bind: () => ({ destination: source.failureStore.discardBucket.bucketArn }) },
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
  });
  const resource = mapping.node.defaultChild as lambda.CfnEventSourceMapping;
  resource.maximumRecordAgeInSeconds = MAX_RECORD_AGE_HELD_SECONDS.max;
  resource.maximumBatchingWindowInSeconds = DEFAULTS.batchingWindowSeconds;
  return mapping;
}
