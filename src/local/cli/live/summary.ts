import { DrainResult, MappingStatus } from '../../drive';
import { counted } from '../counted';

type Count = 'applied' | 'retried' | 'failed' | 'waiting' | 'failureStore' | 'lost' | 'atDestination' | 'deadLetters';

/** Errors that are listed for each subscriber; the rest is counted. */
const LISTED = 5;

/** What subscribers' attempts failed with, counted. */
export class Failures {
  private readonly bySubscriber = new Map<string, Map<string, number>>();

  public add(subscriber: string, error: string): void {
    const errors = this.bySubscriber.get(subscriber) ?? new Map<string, number>();
    this.bySubscriber.set(subscriber, errors.set(error, (errors.get(error) ?? 0) + 1));
  }

  public lines(): string[] {
    return [...this.bySubscriber].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([subscriber, errors]) => {
      const sorted = [...errors].sort(([, a], [, b]) => b - a);
      const more = sorted.length - LISTED;
      return [
        ...sorted.slice(0, LISTED).map(([error, times]) => `${subscriber} failed ${counted(times, 'time')}: ${error}`),
        ...more > 0 ? [`${subscriber} failed with ${counted(more, 'other error')}`] : [],
      ];
    });
  }
}

export interface RunSummary {
  readonly lines: readonly string[];
  readonly allApplied: boolean;
}

/** The last lines of a run with --once. */
export function summaryOf({ drained, mappings }: DrainResult, limitSeconds: number, notRun: readonly string[] = []): RunSummary {
  const failed = total(mappings, 'failed');
  const waiting = total(mappings, 'waiting');
  const wait = `${counted(waiting, 'change')} ${waiting === 1 ? 'is' : 'are'} waiting`;
  const late = drained ? [] : [`Not everything was dealt with within ${limitSeconds} s: ${wait}; see --limit.`];
  const missed = notRun.length === 0 ? [] : [`Not run: ${notRun.join(', ')}. To accept that, leave them out with --without.`];
  // What a relay passes on is applied by others.
  const applied = total(mappings.filter(({ isRelay }) => !isRelay), 'applied');
  const atDestination = total(mappings, 'atDestination');
  const deadLetters = total(mappings, 'deadLetters');
  const parts = [
    `${applied} applied`,
    `${total(mappings, 'retried')} retried`,
    `${failed} failed`,
    `${total(mappings, 'failureStore')} in failure store`,
    ...atDestination > 0 ? [`${atDestination} sent to a queue or topic`] : [],
    ...deadLetters > 0 ? [`${deadLetters} in dead-letter queues`] : [],
    `${total(mappings, 'lost') - atDestination} lost`,
  ];
  return { lines: [...missed, ...late, `${parts.join(', ')}.`], allApplied: drained && failed === 0 && notRun.length === 0 };
}

function total(mappings: readonly MappingStatus[], name: Count): number {
  return mappings.reduce((sum, mapping) => sum + (mapping[name] ?? 0), 0);
}
