/** An alarm as it stands in a template, with names in the place of references. */
export interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
  readonly Statistic?: string;
  readonly Metrics?: readonly MetricQuery[];
}

export interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: MetricOf; readonly Stat: string };
}

export interface MetricOf {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
}

/** A metric's statistic over one period; undefined when it has no numbers in it. */
export type Statistic = (metric: MetricOf, stat: string) => Promise<number | undefined>;

/** What the alarm looks at in one period; undefined when there is nothing to look at. */
export async function alarmValue(alarm: AlarmProperties, statistic: Statistic): Promise<number | undefined> {
  if (!alarm.Metrics) {
    return statistic({ Namespace: alarm.Namespace!, MetricName: alarm.MetricName!, Dimensions: alarm.Dimensions }, alarm.Statistic!);
  }
  const values = new Map<string, number | undefined>();
  for (const { Id, MetricStat } of alarm.Metrics) if (MetricStat) values.set(Id, await statistic(MetricStat.Metric, MetricStat.Stat));
  return evaluate(alarm.Metrics.find(({ Expression }) => Expression)!.Expression!, values);
}

/** Whether a period breaches; one without numbers does where the alarm treats missing data so. */
export function isBreaching(alarm: AlarmProperties, value: number | undefined): boolean {
  if (value === undefined) return alarm.TreatMissingData === 'breaching';
  return alarm.ComparisonOperator === 'LessThanOrEqualToThreshold' ? value <= alarm.Threshold : value >= alarm.Threshold;
}

/**
 * The part of CloudWatch's metric math that the library's alarms use: sums and quotients of metrics and numbers,
 * FILL with a number, IF with `>`, and MAX of a list. What has no numbers is left out of MAX, and makes everything else nothing.
 */
function evaluate(expression: string, values: ReadonlyMap<string, number | undefined>): number | undefined {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/(),[\]>]/g) ?? [];
  let at = 0;
  const take = (token: string) => {
    if (tokens[at] !== token) throw new Error(`${token} expected at ${tokens.slice(at).join(' ')} in ${expression}`);
    at += 1;
  };
  const combine = (left: number | undefined, right: number | undefined, by: (a: number, b: number) => number) => (
    left === undefined || right === undefined ? undefined : by(left, right)
  );
  const call = (name: string): number | undefined => {
    take('(');
    if (name === 'FILL') {
      const filled = sum();
      take(',');
      const by = sum();
      take(')');
      return filled ?? by;
    }
    if (name === 'IF') {
      const left = sum();
      take('>');
      const right = sum();
      take(',');
      const then = sum();
      take(',');
      const otherwise = sum();
      take(')');
      if (left === undefined || right === undefined) return undefined;
      return left > right ? then : otherwise;
    }
    if (name !== 'MAX') throw new Error(`${name} is not among the functions that are known here`);
    take('[');
    const all = [sum()];
    for (; tokens[at] === ','; all.push(sum())) take(',');
    take(']');
    take(')');
    const known = all.filter((one) => one !== undefined);
    return known.length > 0 ? Math.max(...known) : undefined;
  };
  const operand = (): number | undefined => {
    const token = tokens[at];
    at += 1;
    if (token === '(') {
      const inner = sum();
      take(')');
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (tokens[at] === '(') return call(token);
    if (!values.has(token)) throw new Error(`${token} is no metric of ${expression}`);
    return values.get(token);
  };
  const product = (): number | undefined => {
    let left = operand();
    while (tokens[at] === '/' || tokens[at] === '*') {
      const isDivision = tokens[at++] === '/';
      left = combine(left, operand(), (a, b) => (isDivision ? a / b : a * b));
    }
    return left;
  };
  const sum = (): number | undefined => {
    let left = product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const isMinus = tokens[at++] === '-';
      left = combine(left, product(), (a, b) => (isMinus ? a - b : a + b));
    }
    return left;
  };
  const value = sum();
  if (at !== tokens.length) throw new Error(`${tokens.slice(at).join(' ')} is left of ${expression}`);
  return value;
}
