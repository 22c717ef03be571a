import { Token } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { OrderBy } from './enums';
import { RawHandler } from './handler-source';
import { StreamSubscriberProps } from './stream-subscriber-props';
import { checkBase, checkPostponement, checkSpan, refuseBesideRaw, secondsOf } from './subscriber-checks';
import * as limits from '../contract/limits';
import { CONCURRENCY, DEFAULTS, FLUSH_SIZE, MAX_RECORD_AGE_HELD_SECONDS } from '../contract/settings';
import { checkSourceIsHere } from '../publish/stream-location';
import { checkDuration, checkInteger } from '../validate/checks';
import { invalid } from '../validate/invalid';

export function checkRanges(scope: Construct, props: StreamSubscriberProps): void {
  checkSourceIsHere(scope, props.source);
  checkBase(scope, props);
  checkInteger(scope, 'batchSize', props.batchSize, limits.BATCH_SIZE);
  checkDuration(scope, 'maxBatchingWindow', props.maxBatchingWindow, limits.BATCHING_WINDOW_SECONDS);
  checkInteger(scope, 'parallelizationFactor', props.parallelizationFactor, limits.PARALLELIZATION_FACTOR);
  checkInteger(scope, 'concurrency', props.concurrency, CONCURRENCY);
  checkInteger(scope, 'flushSize', props.flushSize, FLUSH_SIZE);
  checkInteger(scope, 'maxFilterPatterns', props.maxFilterPatterns, limits.MAX_FILTER_PATTERNS);
  checkDuration(scope, 'maxRecordAge', props.maxRecordAge, MAX_RECORD_AGE_HELD_SECONDS);
  checkDuration(scope, 'timeout', props.timeout, limits.LAMBDA_TIMEOUT_SECONDS);
  if (props.startingPosition === StartingPosition.AT_TIMESTAMP) {
    throw invalid(scope, 'startingPosition', props.startingPosition, 'TRIM_HORIZON or LATEST');
  }
}

/** Settings that contradict each other. */
export function checkTogether(scope: Construct, props: StreamSubscriberProps): void {
  const age = secondsOf(props.maxRecordAge, DEFAULTS.maxRecordAgeSeconds);
  const timeout = secondsOf(props.timeout, DEFAULTS.timeoutSeconds);
  const attempts = props.maxAttempts ?? DEFAULTS.maxAttempts;
  if (age !== undefined && timeout !== undefined && !Token.isUnresolved(attempts) && attempts * timeout > age) {
    throw invalid(scope, 'maxAttempts', `${attempts} attempts of ${timeout} seconds`, `what maxRecordAge has time for, ${age} seconds`);
  }

  checkSpan(scope, props.attemptSpan, age);
  checkPostponement(scope, props.maxPostponement, age);
  const lag = secondsOf(props.lagAlarmThreshold, 0);
  if (props.lagAlarmThreshold && lag !== undefined && age !== undefined && (lag < 1 || lag >= age)) {
    throw invalid(scope, 'lagAlarmThreshold', `${lag} seconds`, `1 second to less than maxRecordAge, ${age} seconds`);
  }
}

export function checkOrder(scope: Construct, props: StreamSubscriberProps): void {
  if (props.orderBy !== OrderBy.PARTITION_KEY) return;
  const factor = props.parallelizationFactor ?? DEFAULTS.parallelizationFactor;
  if (!Token.isUnresolved(factor) && factor > 1) {
    throw invalid(scope, 'parallelizationFactor', factor, '1 with OrderBy.PARTITION_KEY: more would split a partition key\'s items');
  }
  if (!props.source.partitionKey) {
    throw invalid(scope, 'orderBy', props.orderBy, 'OrderBy.ITEM, since the partition key is not known',
      'Give partitionKey to CdcTable.fromTable');
  }
}

export function checkRaw(scope: Construct, handler: RawHandler, props: StreamSubscriberProps): void {
  checkInteger(scope, 'handler.retryAttempts', handler.retryAttempts, limits.RETRY_ATTEMPTS);
  refuseBesideRaw(scope, props, { runtime: ['orderBy'], own: ['timeout'] });
}
