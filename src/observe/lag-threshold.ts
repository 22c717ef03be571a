import { AlarmPolicy } from './alarm-policy';

export interface LagThresholdSpec {
  /** What the construct was told, in the alarm's unit; may be a token. */
  readonly given?: number;
  /** In the same unit. */
  readonly byDefault: number;
  /** Age at which changes are given up; undefined where only deployment knows it. */
  readonly maxAgeSeconds?: number;
  /** How many of the alarm's unit are a second. */
  readonly perSecond: number;
}

/** The construct's own word first, then the policy's share, then the default. */
export function lagThreshold(policy: AlarmPolicy, { given, byDefault, maxAgeSeconds, perSecond }: LagThresholdSpec): number {
  if (given !== undefined) return given;
  const { lagShare } = policy;
  if (lagShare === undefined || maxAgeSeconds === undefined) return byDefault;
  return Math.max(1, Math.floor(lagShare * maxAgeSeconds * perSecond));
}
