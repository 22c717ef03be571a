import { createWorker, QueueHandler } from '../queue/create-worker';

/** Builds what Lambda calls for the messages of a subscriber whose work takes long: one at a time. */
export async function createLongWorker(root: string): Promise<QueueHandler> {
  return createWorker(root);
}
