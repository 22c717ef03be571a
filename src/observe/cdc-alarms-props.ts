import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmKind } from './alarm-kind';

/** How the alarms below a scope are made. What is not given is taken from the policy of the next scope above, if it gives it. */
export interface CdcAlarmsProps {
  /**
   * What alarms do of which somebody has to hear at once.
   *
   * @default - they only show
   */
  readonly criticalActions?: cloudwatch.IAlarmAction[];

  /**
   * What the other alarms do.
   *
   * @default - they only show
   */
  readonly warningActions?: cloudwatch.IAlarmAction[];

  /**
   * Whether the same actions are told when an alarm is over.
   *
   * @default false
   */
  readonly notifyWhenOver?: boolean;

  /**
   * How far a subscriber, a queue or the relay may lag behind before its alarm, as a share of the age at which its changes are given up
   * (`maxRecordAge`): more than 0, less than 1. `lagAlarmThreshold` of a construct goes before it, and so does its default where `maxRecordAge` is a token.
   *
   * @default - the threshold that each construct has by itself, 1 hour
   */
  readonly lagShare?: number;

  /**
   * How much time must be left until a stream's changes are given up, which is when they are as old as `maxRecordAge`: at least 1 second, less than that age.
   *
   * @default - a quarter of `maxRecordAge`
   */
  readonly timeToLoss?: Duration;

  /**
   * Whether the failure store is looked into every four minutes, so that the alarm STORED stays up until everything in it has been redriven or
   * discarded. Without it the alarm reports arrivals only. It costs one small function for each table, about 0.12 USD a month with its requests, 0.20 USD a
   * month for the alarm on that function, and the price of one custom metric (0.30 USD a month at most) for each subscriber while it has something in the store.
   * The alarm STORED then evaluates one metric more, or two for a subscriber on a stream (0.10 USD a month each).
   *
   * @default true
   */
  readonly watchFailures?: boolean;

  /**
   * Where your copy of the runbook is: what a section's name is appended to, after `#`.
   *
   * @default - the https address of the runbook of the library's version that you use
   */
  readonly runbook?: string;
}

/** An alarm that is left out. */
export interface AlarmOptOut {
  /** Which alarm. */
  readonly alarm: AlarmKind;

  /**
   * Of which subscriber: its name, `cdc.relay` for a relay, `cdc.watch` for the function that looks into the failure store, `cdc.auto-redrive` for auto-redrive.
   *
   * @default - of all below the policy's scope
   */
  readonly subscriberName?: string;

  /** Why nobody needs it. It is kept in the metadata of the synthesized app. */
  readonly reason: string;
}
