import { DriverOptions } from './driver';
import { DrainResult, DriverEvent, MappingStatus } from './driver-events';

/** What a driver in a process of its own is started with. */
export type DrivenOptions = Pick<DriverOptions, 'mappings' | 'queueMappings' | 'watchedQueues' | 'outputIsKnown' | 'pollMillis'>;

/** What the parent asks of a driver in a process of its own. */
export type ToDriver =
  | { readonly type: 'start'; readonly driven: DrivenOptions; readonly everyRecord: boolean }
  | { readonly type: 'drain'; readonly limitMillis: number }
  | { readonly type: 'stop' };

/** What it says. */
export type FromDriver =
  | { readonly type: 'ready' }
  | { readonly type: 'started' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'events'; readonly events: readonly DriverEvent[]; readonly status: readonly MappingStatus[] }
  | { readonly type: 'drained'; readonly result: DrainResult };

/** Events that matter to someone who does not follow every record. */
export function isNotable({ type }: DriverEvent): boolean {
  return type !== 'settled' && type !== 'polled' && type !== 'invoked' && type !== 'returned';
}
