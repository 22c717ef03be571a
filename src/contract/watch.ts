/** The function that looks into a table's failure store now and then, so that an alarm stays up while anything is in it. */

/** Name of the prebuilt file, and what Lambda is told to call. */
export const WATCH_FILE = 'watch.mjs';
export const WATCH_HANDLER = 'watch.handler';

/** The client it loads, which lies beside it in the package. */
export const WATCH_S3_FILE = 's3.mjs';

/** The function in alarm policies, where subscribers stand by their names, none of which may hold a dot. */
export const WATCH_NAME = 'cdc.watch';

/** More often than an alarm's period of five minutes, so that each period has a number. */
export const WATCH_EVERY_MINUTES = 4;

/** What the schedule sends. */
export interface WatchEvent {
  readonly table: string;
  readonly bucket: string;
  /** To which event source mappings discard batches; absent in what an older version's schedule sends. */
  readonly discardBucket?: string;
}
