import { OfferedRecord } from './types';

export const PENDING = 0;
export const SETTLED = 1;
export const FILTERED_OUT = 2;

/** A record on its way through the mapping. */
export interface Entry {
  readonly offered: OfferedRecord;
  status: typeof PENDING | typeof SETTLED | typeof FILTERED_OUT;
  /** When it was read, for the batching window. */
  readAt: number;
}
