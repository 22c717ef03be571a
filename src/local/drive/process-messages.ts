import { DeployedStreamMapping } from '../deploy';
import { DrainResult, DriverEvent, MappingStatus } from './driver-events';

/** What the parent asks of a driver in a process of its own. */
export type ToDriver =
  | { readonly type: 'start'; readonly mappings: readonly DeployedStreamMapping[]; readonly pollMillis?: number; readonly everyRecord: boolean }
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
