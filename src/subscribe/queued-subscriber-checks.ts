import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OrderBy } from './enums';
import { RawHandler } from './handler-source';
import { QueuedSubscriberProps } from './queued-subscriber-props';
import { ownTimeout } from './raw-function';
import { checkBase, checkPostponement, checkSpan, refuseBesideRaw, secondsOf } from './subscriber-checks';
import * as limits from '../contract/limits';
import { CONCURRENCY, DEFAULTS, FLUSH_SIZE, QUEUE_DEFAULTS } from '../contract/settings';
import { checkSourceIsHere } from '../publish/stream-location';
import { checkDuration, checkInteger } from '../validate/checks';
import { invalid } from '../validate/invalid';

/** Of the queue's retention, what the receives of a message take at most by default. */
const SHARE_OF_RETENTION = 0.9;

/** Seconds of everything that depends on each other; undefined where it is known only when deployed. */
export interface QueueTimes {
  readonly timeout?: number;
  readonly visibility?: number;
  /** How often a message may be received; may be a token. */
  readonly receives: number;
  readonly retention?: number;
  readonly maxRecordAge?: number;
  readonly lagAlarm?: number;
  readonly defaultLagAlarm: number;
}

export function queueTimes(props: QueuedSubscriberProps): QueueTimes {
  const timeout = secondsOf(props.timeout, ownTimeout(props.handler?._source) ?? QUEUE_DEFAULTS.timeoutSeconds);
  const retention = secondsOf(props.queueRetention, QUEUE_DEFAULTS.retentionSeconds);
  const half = retention === undefined ? Infinity : Math.floor(retention / 2);
  const advisedVisibility = timeout && Math.min(timeout * limits.ADVISED_VISIBILITY_TIMEOUTS, limits.QUEUE_VISIBILITY_SECONDS.max);
  const defaultLagAlarm = Math.min(DEFAULTS.lagAlarmSeconds, half);
  const visibility = secondsOf(props.visibilityTimeout, advisedVisibility);
  return {
    timeout,
    retention,
    visibility,
    receives: props.maxReceiveCount ?? defaultReceives(props, visibility, retention),
    maxRecordAge: secondsOf(props.maxRecordAge, Math.min(QUEUE_DEFAULTS.maxRecordAgeSeconds, half)),
    lagAlarm: secondsOf(props.lagAlarmThreshold, defaultLagAlarm),
    defaultLagAlarm,
  };
}

export function checkQueued(scope: Construct, props: QueuedSubscriberProps): void {
  checkSourceIsHere(scope, props.source);
  checkBase(scope, props);
  checkInteger(scope, 'batchSize', props.batchSize, { min: 1, max: limits.QUEUE_BATCH_ENTRIES });
  checkInteger(scope, 'maxConcurrency', props.maxConcurrency, limits.QUEUE_MAPPING_CONCURRENCY);
  checkInteger(scope, 'concurrency', props.concurrency, CONCURRENCY);
  checkInteger(scope, 'flushSize', props.flushSize, FLUSH_SIZE);
  checkInteger(scope, 'maxReceiveCount', props.maxReceiveCount, limits.QUEUE_RECEIVES);
  checkDuration(scope, 'timeout', props.timeout, limits.LAMBDA_TIMEOUT_SECONDS);
  checkDuration(scope, 'queueRetention', props.queueRetention, limits.QUEUE_RETENTION_SECONDS);
  const times = queueTimes(props);
  checkTimes(scope, props, times);
  checkSpan(scope, props.attemptSpan, times.maxRecordAge);
  checkPostponement(scope, props.maxPostponement, times.maxRecordAge);
  checkReceives(scope, props, times);
  if (props.orderBy === OrderBy.PARTITION_KEY && !props.source.partitionKey) {
    throw invalid(scope, 'orderBy', props.orderBy, 'OrderBy.ITEM, since the partition key is not known', 'Give partitionKey to CdcTable.fromTable');
  }
}

/** A raw function receives messages as they are; see contract/envelope.ts for what is in them. */
export function checkRawQueued(scope: Construct, handler: RawHandler, props: QueuedSubscriberProps): void {
  if (handler.retryAttempts !== undefined) {
    throw invalid(scope, 'handler.retryAttempts', handler.retryAttempts, 'nothing: a queue counts receives', 'Use maxReceiveCount');
  }
  refuseBesideRaw(scope, props, { runtime: ['maxRecordAge'], own: [] });
}

function checkTimes(scope: Construct, props: QueuedSubscriberProps, times: QueueTimes): void {
  const { timeout, visibility, retention, maxRecordAge, lagAlarm } = times;
  const most = limits.QUEUE_VISIBILITY_SECONDS.max;
  if (timeout === undefined && !props.visibilityTimeout) {
    throw invalid(scope, 'visibilityTimeout', props.visibilityTimeout, 'a duration where timeout is a token', 'AWS advises six times the timeout');
  }
  if (props.visibilityTimeout && visibility !== undefined && (visibility < (timeout ?? 0) || visibility > most || !Number.isInteger(visibility))) {
    throw invalid(scope, 'visibilityTimeout', `${visibility} seconds`, `whole seconds from the timeout, ${timeout ?? 0}, to ${most}`);
  }
  const own = ownTimeout(props.handler._source);
  if (own !== undefined && visibility !== undefined && visibility < own) {
    throw invalid(scope, 'timeout', `${visibility} seconds of visibility`, `at least the function's own timeout, ${own} seconds`,
      `Leave it out: the visibility is then ${limits.ADVISED_VISIBILITY_TIMEOUTS} times the function's timeout`);
  }
  if (retention === undefined) return;
  if (visibility !== undefined && visibility >= retention) {
    throw invalid(scope, 'queueRetention', `${retention} seconds`, `more than the visibility timeout, ${visibility} seconds`);
  }
  if (props.maxRecordAge && maxRecordAge !== undefined && (maxRecordAge < limits.MAX_RECORD_AGE_SECONDS.min || maxRecordAge >= retention)) {
    throw invalid(scope, 'maxRecordAge', `${maxRecordAge} seconds`, `60 seconds to less than queueRetention, ${retention} seconds`);
  }
  if (props.lagAlarmThreshold && lagAlarm !== undefined && (lagAlarm < 1 || lagAlarm >= retention)) {
    throw invalid(scope, 'lagAlarmThreshold', `${lagAlarm} seconds`, `1 second to less than queueRetention, ${retention} seconds`);
  }
}

/**
 * Few for a raw function, which has nothing else to end a message that always fails. For the runtime, which counts attempts itself, as many as there are, but no more than the
 * retention has time for if the function never gets to shorten the visibility.
 */
function defaultReceives({ handler, maxAttempts = DEFAULTS.maxAttempts }: QueuedSubscriberProps, visibility = 0, retention = Infinity): number {
  const fitting = visibility === 0 ? Infinity : Math.floor((retention * SHARE_OF_RETENTION) / visibility);
  if (handler?._source.kind === 'RAW') return Math.max(1, Math.min(limits.ADVISED_RECEIVES, fitting));
  const least = Token.isUnresolved(maxAttempts) ? limits.QUEUE_RECEIVES.min : maxAttempts + 1;
  return Math.max(least, Math.min(QUEUE_DEFAULTS.maxReceiveCount, fitting));
}

function checkReceives(scope: Construct, props: QueuedSubscriberProps, { visibility, retention }: QueueTimes): void {
  const { handler, maxAttempts = DEFAULTS.maxAttempts, maxReceiveCount } = props;
  if (maxReceiveCount === undefined || Token.isUnresolved(maxReceiveCount)) return;
  if (visibility !== undefined && retention !== undefined && maxReceiveCount * visibility > retention) {
    throw invalid(scope, 'maxReceiveCount', `${maxReceiveCount} receives, each ${visibility} seconds after the one before`,
      `up to ${Math.floor(retention / visibility)}, for which queueRetention, ${retention} seconds, has time`,
      'A message that expires before its last receive is lost: set fewer receives or a shorter visibilityTimeout');
  }
  // With fewer, a change would be in the dead-letter queue, out of its item's order, before the runtime could store it. A raw function has receives only.
  if (handler._source.kind === 'RUNTIME' && !Token.isUnresolved(maxAttempts) && maxReceiveCount <= maxAttempts) {
    throw invalid(scope, 'maxReceiveCount', maxReceiveCount, `more than maxAttempts, ${maxAttempts}, which the runtime counts itself`);
  }
}
