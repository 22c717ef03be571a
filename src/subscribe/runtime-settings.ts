import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LogLevel, OrderBy, PoisonPolicy } from './enums';
import { StreamSubscriberProps } from './stream-subscriber-props';
import { AGE_SHARE_BEFORE_STORING, DEFAULTS, RuntimeSettings, SETTINGS_VERSION } from '../contract/settings';
import { toMillis, toSeconds } from '../validate/checks';

/** What the runtime is told, with every default filled in. */
export function runtimeSettings(
  scope: Construct, subscriber: string, handler: string, maxRecordAge: Duration, props: StreamSubscriberProps,
  maxPostponementSeconds: number = DEFAULTS.maxPostponementSeconds,
): RuntimeSettings {
  const orderBy = props.orderBy ?? OrderBy.ITEM;
  const maxRecordAgeSeconds = toSeconds(scope, 'maxRecordAge', maxRecordAge);
  const longest = Token.isUnresolved(maxRecordAgeSeconds) ? Infinity : Math.floor(maxRecordAgeSeconds * AGE_SHARE_BEFORE_STORING);
  return {
    version: SETTINGS_VERSION,
    subscriber,
    handler,
    orderBy,
    ...(orderBy === OrderBy.PARTITION_KEY ? { partitionKey: props.source.partitionKey?.name } : {}),
    concurrency: props.concurrency ?? DEFAULTS.concurrency,
    flushSize: props.flushSize ?? DEFAULTS.flushSize,
    maxAttempts: props.maxAttempts ?? DEFAULTS.maxAttempts,
    attemptSpanMillis: toMillis(scope, 'attemptSpan', props.attemptSpan ?? Duration.seconds(DEFAULTS.attemptSpanSeconds)),
    onPoison: props.onPoison ?? PoisonPolicy.PARK_ITEM,
    maxPostponementMillis: toMillis(scope, 'maxPostponement', props.maxPostponement ?? Duration.seconds(Math.min(maxPostponementSeconds, longest))),
    maxRecordAgeSeconds,
    logLevel: props.logLevel ?? LogLevel.INFO,
    logErrorMessages: props.logErrorMessages ?? false,
  };
}
