import { Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { AlarmKind, CdcAlarms, QueuedSubscriber } from '../../src';
import { METRIC } from '../../src/contract/metrics';
import { WATCH_EVERY_MINUTES } from '../../src/contract/watch';
import { AlarmProperties, MetricOf } from '../support/alarm-math';
import { AlarmState, alarmStates, Sample, Samples, transitions } from '../support/alarm-states';
import { useBootstrap } from '../support/bootstrap';
import { handler, newStack, orders, resources, subscribe } from '../support/stacks';

/** Alarms over the time patterns that their metrics really have, evaluated as CloudWatch does. */

const HOURS = 5;
const ALL = { from: 60, to: HOURS * 60 };

let stack: Stack;
beforeAll(() => {
  useBootstrap();
  stack = newStack();
  CdcAlarms.of(stack);
  const source = orders(stack);
  subscribe(stack, 'Direct', source);
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler() });
});

function alarm(kind: AlarmKind, subject: string): AlarmProperties {
  return Object.values(resources(stack)).find(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm'
    && Properties.AlarmDescription.endsWith(`#${kind}`) && Properties.AlarmDescription.startsWith(subject))!.Properties;
}

interface Feed {
  readonly everyMinutes: number;
  /** Seconds that each number is late, in turn: the schedule's own delay, and the way through the log. */
  readonly late: readonly number[];
  readonly invisible: readonly number[];
  value(minute: number): number | undefined;
}

/** Numbers that something on a schedule writes. */
function fed({ everyMinutes, late, invisible, value }: Feed): Sample[] {
  return Array.from({ length: Math.floor((HOURS * 60) / everyMinutes) }, (_, index) => {
    const atSeconds = index * everyMinutes * 60 + late[index % late.length];
    return { atSeconds, value: value(index * everyMinutes), visibleSeconds: atSeconds + invisible[index % invisible.length] };
  }).filter((sample): sample is Sample => sample.value !== undefined);
}

const only = (name: string, samples: readonly Sample[]): Samples => ({ MetricName }: MetricOf) => (MetricName === name ? samples : []);
const delays = fc.record({
  late: fc.array(fc.integer({ min: 0, max: 45 }), { minLength: 1, maxLength: 7 }),
  invisible: fc.array(fc.integer({ min: 20, max: 150 }), { minLength: 1, maxLength: 7 }),
});
const RUNS = { numRuns: 30 };

describe('stored changes', () => {
  const STORED_FROM = 100;
  const STORED_TO = 220;

  test.each(['Direct', 'Queued'])('the alarm of %s stays up while changes are stored, and is over once', async (name) => {
    await fc.assert(fc.asyncProperty(delays, async ({ late, invisible }) => {
      const parked = fed({
        everyMinutes: WATCH_EVERY_MINUTES, late, invisible, value: (minute) => (minute >= STORED_FROM && minute < STORED_TO ? 3 : undefined),
      });
      const states = await alarmStates(alarm(AlarmKind.STORED, `Subscriber ${name} `), only(METRIC.PARKED, parked), ALL);
      expect(transitions(states)).toEqual<AlarmState[]>(['OK', 'ALARM', 'OK']);
      const [rings, over] = [states.indexOf('ALARM') + ALL.from, states.lastIndexOf('ALARM') + ALL.from];
      expect(rings).toBeLessThanOrEqual(STORED_FROM + WATCH_EVERY_MINUTES + 4);
      expect(over).toBeLessThanOrEqual(STORED_TO + 20);
    }), RUNS);
  });
});

describe('an event source mapping that does not read', () => {
  const SUBJECTS = ['Subscriber Direct ', 'The relay '];
  /** Lambda reports 0 for an empty poll, and nothing when nothing polls. */
  const polls = (until: number, idle: boolean): Sample[] => fed({
    everyMinutes: 1, late: [0], invisible: [90], value: (minute) => (minute < until ? (idle ? 0 : 7) : undefined),
  });

  test.each(SUBJECTS)('%s: an idle or busy mapping raises nothing', async (subject) => {
    for (const idle of [true, false]) {
      const states = await alarmStates(alarm(AlarmKind.NOT_READING, subject), only('PolledEventCount', polls(Infinity, idle)), ALL);
      expect(transitions(states)).toEqual(['OK']);
    }
  });

  test.each(SUBJECTS)('%s: one that stops is told of within 45 minutes, and until it reads again', async (subject) => {
    const samples = polls(Infinity, true).filter(({ atSeconds }) => atSeconds < 100 * 60 || atSeconds >= 200 * 60);
    const states = await alarmStates(alarm(AlarmKind.NOT_READING, subject), only('PolledEventCount', samples), ALL);
    expect(transitions(states)).toEqual(['OK', 'ALARM', 'OK']);
    expect(states.indexOf('ALARM') + ALL.from).toBeLessThanOrEqual(145);
    expect(states.lastIndexOf('ALARM') + ALL.from).toBeLessThanOrEqual(203);
  });

  test.each(SUBJECTS)('%s: a function that works for 15 minutes at a time, during which nothing polls, raises nothing', async (subject) => {
    const invoked = fed({ everyMinutes: 16, late: [0], invisible: [150], value: () => 100 });
    const states = await alarmStates(alarm(AlarmKind.NOT_READING, subject), only('InvokedEventCount', invoked), ALL);
    expect(transitions(states)).toEqual(['OK']);
  });
});

describe('the function that watches the failure store', () => {
  const SUBJECT = 'The watch of the failure store ';
  const looks = (everyMinutes: number, { late, invisible }: Pick<Feed, 'late' | 'invisible'>, errors: (minute: number) => boolean, until = Infinity): Samples => {
    const invocations = fed({ everyMinutes, late, invisible, value: (minute) => (minute < until ? 1 : undefined) });
    const failed = fed({ everyMinutes, late, invisible, value: (minute) => (minute < until ? Number(errors(minute)) : undefined) });
    return ({ MetricName }) => (MetricName === 'Errors' ? failed : MetricName === 'Invocations' ? invocations : []);
  };
  const states = (samples: Samples) => alarmStates(alarm(AlarmKind.SCHEDULED, SUBJECT), samples, ALL);

  test('raises nothing while it looks, also when one look fails', async () => {
    await fc.assert(fc.asyncProperty(delays, async (delay) => {
      expect(transitions(await states(looks(WATCH_EVERY_MINUTES, delay, () => false)))).toEqual(['OK']);
      expect(transitions(await states(looks(WATCH_EVERY_MINUTES, delay, (minute) => minute === 120)))).toEqual(['OK']);
    }), RUNS);
  });

  test.each<[string, (minute: number) => boolean, number]>([
    ['is not invoked any more', () => false, 120], ['fails each time', (minute) => minute >= 120, Infinity],
  ])('alarms within half an hour when it %s', async (_case, errors, until) => {
    await fc.assert(fc.asyncProperty(delays, async (delay) => {
      const found = await states(looks(WATCH_EVERY_MINUTES, delay, errors, until));
      expect(transitions(found)).toEqual(['OK', 'ALARM']);
      expect(found.indexOf('ALARM') + ALL.from).toBeLessThanOrEqual(150);
    }), RUNS);
  });
});
