import { randomUUID } from 'node:crypto';
import { LongWorkerPorts } from './ports';
import { settleWork } from './settle-work';
import { queueHandler, QueueHandler, workerPorts } from '../queue/create-worker';

/** Builds what Lambda calls for the messages of a subscriber whose work takes long: one at a time. */
export async function createLongWorker(root: string): Promise<QueueHandler> {
  const ports: LongWorkerPorts = { ...await workerPorts(root), monotonic: () => performance.now(), newOwner: randomUUID };
  return queueHandler(ports, settleWork);
}
