import { AlarmProperties, alarmValue, isBreaching, MetricOf } from './alarm-math';

/** One number that somebody wrote to a metric. */
export interface Sample {
  readonly atSeconds: number;
  readonly value: number;
  /** When CloudWatch has it: metrics, and above all those made from logs, arrive late. */
  readonly visibleSeconds: number;
}

/** What has been written to a metric, in any order. */
export type Samples = (metric: MetricOf) => readonly Sample[];

export type AlarmState = 'OK' | 'ALARM';

const PERIOD_SECONDS = 300;
/** CloudWatch looks at more periods than it evaluates, so that missing ones need not be filled; its documentation shows two more. */
const EXTRA_PERIODS = 2;

/**
 * The states of an alarm, minute by minute, as CloudWatch documents its evaluation ("Alarm evaluation", "Configuring how
 * CloudWatch alarms treat missing data"): each minute it looks at the periods that end then. Of those with numbers the
 * newest `EvaluationPeriods` count; where they are fewer, missing ones count as `TreatMissingData` says. The alarm is in
 * ALARM while `DatapointsToAlarm` of them breach.
 */
export async function alarmStates(
  alarm: AlarmProperties, samples: Samples, minutes: { readonly from: number; readonly to: number },
): Promise<AlarmState[]> {
  const states: AlarmState[] = [];
  for (let minute = minutes.from; minute <= minutes.to; minute += 1) states.push(await stateAt(alarm, samples, minute * 60));
  return states;
}

/** Each state once, for as long as it lasts. */
export function transitions(states: readonly AlarmState[]): AlarmState[] {
  return states.filter((state, index) => state !== states[index - 1]);
}

async function stateAt(alarm: AlarmProperties, samples: Samples, now: number): Promise<AlarmState> {
  const values: number[] = [];
  for (let index = 0; index < alarm.EvaluationPeriods + EXTRA_PERIODS; index += 1) {
    const end = now - index * PERIOD_SECONDS;
    const value = await alarmValue(alarm, async (metric, stat) => statistic(samples(metric), stat, { start: end - PERIOD_SECONDS, end, now }));
    if (value !== undefined) values.push(value);
  }
  const counted: (number | undefined)[] = values.slice(0, alarm.EvaluationPeriods);
  while (counted.length < alarm.EvaluationPeriods) counted.push(undefined);
  const breaching = counted.filter((value) => isBreaching(alarm, value)).length;
  return breaching >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? 'ALARM' : 'OK';
}

function statistic(samples: readonly Sample[], stat: string, { start, end, now }: { start: number; end: number; now: number }): number | undefined {
  const seen = samples.filter(({ visibleSeconds }) => visibleSeconds <= now);
  const values = seen.filter(({ atSeconds }) => atSeconds >= start && atSeconds < end).map(({ value }) => value);
  if (values.length === 0) return undefined;
  return stat === 'Maximum' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}
