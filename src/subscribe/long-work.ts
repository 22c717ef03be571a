import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NewerChangePolicy } from './enums';
import { LongRunningSubscriberProps } from './long-running-subscriber-props';
import { QueuedSubscriberProps } from './queued-subscriber-props';
import { ownTimeout } from './raw-function';
import { LAMBDA_TIMEOUT_SECONDS, QUEUE_VISIBILITY_SECONDS } from '../contract/limits';
import { Route } from '../contract/routes';
import { LEASE_SECONDS, LONG_WORK_DEFAULTS, LONG_WORK_MARGIN_SECONDS, LongWorkSettings, QUEUE_DEFAULTS } from '../contract/settings';
import { checkDuration, toSeconds } from '../validate/checks';
import { invalid } from '../validate/invalid';

/** What a QueuedSubscriber is told, and what its user said. */
export interface LongWorkProps extends QueuedSubscriberProps {
  readonly stated: LongRunningSubscriberProps;
}

const LONGEST_WORK_SECONDS = LAMBDA_TIMEOUT_SECONDS.max - LONG_WORK_MARGIN_SECONDS;

/** One change an invocation; the function's timeout follows from the work's. Nothing is checked yet: the construct is not there. */
export function queuedProps(stated: LongRunningSubscriberProps): LongWorkProps {
  const maxRecordAge = stated.maxRecordAge ?? (stated.handler?._source.kind === 'RAW' ? undefined : defaultAge(stated.queueRetention));
  return {
    ...stated,
    stated,
    batchSize: 1,
    maxConcurrency: stated.maxConcurrency ?? LONG_WORK_DEFAULTS.maxConcurrency,
    timeout: Duration.seconds(timeoutOf(stated)),
    maxRecordAge,
  };
}

/** Checks what is stated against its bounds and against each other. */
export function longWorkSettings(scope: Construct, { stated, timeout }: LongWorkProps): LongWorkSettings {
  const work = workSeconds(stated.timeout);
  if (work === undefined) throw invalid(scope, 'timeout', 'a token', 'seconds that are known when synthesized', 'The function\'s timeout follows from it');
  checkDuration(scope, 'timeout', stated.timeout, { min: LAMBDA_TIMEOUT_SECONDS.min, max: LONGEST_WORK_SECONDS });
  checkDuration(scope, 'lease', stated.lease, LEASE_SECONDS);
  checkVisibility(scope, stated, timeout!.toSeconds());
  const onNewerChange = stated.onNewerChange ?? NewerChangePolicy.PROCESS_EACH;
  if (stated.handler?._source.kind === 'RAW') checkRawLongWork(scope, stated);
  return {
    workMillis: work * 1000,
    leaseSeconds: stated.lease ? toSeconds(scope, 'lease', stated.lease) : LONG_WORK_DEFAULTS.leaseSeconds,
    onNewerChange,
  };
}

/** What the relay does for such work. */
export function longWorkRoute({ onNewerChange }: LongWorkSettings): Partial<Route> {
  // What one change may take is stated, so the next may not begin in its time; of those that are superseded only the last one is worked on.
  return onNewerChange === NewerChangePolicy.PROCESS_EACH ? { changesAMessage: 1 } : { recordsLatest: true };
}

/** The runtime shortens the visibility to the lease, and Lambda refuses one below the function's timeout. */
function checkVisibility(scope: Construct, { visibilityTimeout, lease }: LongRunningSubscriberProps, functionSeconds: number): void {
  if (visibilityTimeout === undefined || visibilityTimeout.isUnresolved() || lease?.isUnresolved()) return;
  const seconds = visibilityTimeout.toSeconds({ integral: false });
  const leaseSeconds = lease?.toSeconds() ?? LONG_WORK_DEFAULTS.leaseSeconds;
  const least = Math.max(functionSeconds, leaseSeconds);
  if (seconds >= least) return;
  const why = least === functionSeconds ? `timeout and ${LONG_WORK_MARGIN_SECONDS} seconds to settle in` : 'lease';
  throw invalid(scope, 'visibilityTimeout', `${seconds} seconds`, `${least}, which is ${why}, to ${QUEUE_VISIBILITY_SECONDS.max}`);
}

/** Claims and skipping are the runtime's. */
function checkRawLongWork(scope: Construct, stated: LongRunningSubscriberProps): void {
  const property = stated.lease ? 'lease' : stated.onNewerChange ? 'onNewerChange' : undefined;
  if (property) throw invalid(scope, property, 'it with ChangeHandler.fromFunction', 'it with fromEntry and fromDirectory, whose runtime does it');
}

function workSeconds(timeout: Duration | undefined): number | undefined {
  if (timeout === undefined) return LONG_WORK_DEFAULTS.timeoutSeconds;
  return timeout.isUnresolved() ? undefined : timeout.toSeconds({ integral: false });
}

/** A raw function has a timeout of its own, and nothing of the runtime's to do in a margin. */
function timeoutOf({ timeout, handler }: LongRunningSubscriberProps): number {
  const own = timeout === undefined ? ownTimeout(handler?._source) : undefined;
  return own ?? (workSeconds(timeout) ?? 0) + LONG_WORK_MARGIN_SECONDS;
}

function defaultAge(retention: Duration | undefined): Duration | undefined {
  if (retention?.isUnresolved()) return Duration.seconds(LONG_WORK_DEFAULTS.maxRecordAgeSeconds);
  const half = Math.floor((retention?.toSeconds({ integral: false }) ?? QUEUE_DEFAULTS.retentionSeconds) / 2);
  return Duration.seconds(Math.min(LONG_WORK_DEFAULTS.maxRecordAgeSeconds, half));
}
