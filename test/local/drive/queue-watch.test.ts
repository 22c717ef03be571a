import { DeployedQueueMapping } from '../../../src/local/deploy';
import { startDriver } from '../../../src/local/drive';
import { InvocationResult } from '../../../src/local/drive/ports';
import { QueueMappingPorts, QueueWatchPorts } from '../../../src/local/drive/queue-ports';
import { fifoMappingConfig, FifoQueue } from '../../../src/local/model';

const RETURNED: InvocationResult = { outcome: { kind: 'returned' } };
const THROWN: InvocationResult = { outcome: { kind: 'functionError' }, message: 'Error: no' };
const changes = (count: number) => JSON.stringify({ v: 1, changes: Array.from({ length: count }, () => ({})) });

interface Given {
  readonly invoke: (bodies: readonly string[]) => InvocationResult;
  readonly maxReceiveCount?: number;
}

/** A FIFO queue with a dead-letter queue, a subscriber and its failure store, in memory. */
function deployed({ invoke, maxReceiveCount }: Given) {
  const state = { deadLetters: 1, stored: 2, closed: 0 };
  const queue = new FifoQueue({ visibilitySeconds: 0.01, maxReceiveCount, retentionSeconds: 60, onGone: () => { state.deadLetters += 1; } });
  const now = Date.now;
  const close = () => { state.closed += 1; };
  const ports: QueueMappingPorts = {
    queue: { receive: async most => queue.receive(most, now()), delete: async handle => queue.delete(handle) },
    fn: { invoke: async payload => invoke((payload as { Records: { body: string }[] }).Records.map(({ body }) => body)) },
    now,
    close,
  };
  const failureStore = { count: async () => state.stored };
  const watch: QueueWatchPorts = { depth: async () => queue.size, deadLetters: async () => state.deadLetters, failureStore, now, close };
  const mapping = { name: 'email', tableName: 'Orders', enabled: true, config: fifoMappingConfig({ queueArn: 'arn:aws:sqs:us-east-1:0:q.fifo', batchSize: 1 }) };
  const start = () => startDriver({
    mappings: [], queueMappings: [mapping as DeployedQueueMapping], queuePorts: () => ports, watchPorts: () => watch, pollMillis: 1,
  });
  return { state, start, send: (group: string, body: string) => queue.send({ group, deduplicationId: body, body }, now()) };
}

test('a queue is waited for, also for what comes back, and its changes are counted', async () => {
  const results = [THROWN, RETURNED, RETURNED];
  const app = deployed({ invoke: () => results.shift() ?? RETURNED });
  app.send('a', changes(3));
  app.send('b', changes(1));
  const driver = await app.start();

  const { drained, mappings } = await driver.drain(30_000);
  await driver.stop();

  expect(drained).toBe(true);
  expect(mappings).toEqual([expect.objectContaining({
    name: 'email', table: 'Orders', read: 4, applied: 4, retried: 3, failed: 0, failureStore: 0, deadLetters: 0, waiting: 0, inFlight: 0, lagMillis: 0, functionErrors: 1,
  })]);
  expect(app.state.closed).toBe(2);
});

test('what the runtime stores during the run is not applied, and what was stored before is not counted', async () => {
  const app = deployed({ invoke: () => { app.state.stored += 1; return RETURNED; } });
  app.send('a', changes(1));
  app.send('b', changes(2));
  const driver = await app.start();

  const { mappings: [status] } = await driver.drain(30_000);
  await driver.stop();

  expect(status).toMatchObject({ applied: 1, failed: 2, failureStore: 2 });
});

test('a message that is received too often is found in the dead-letter queue', async () => {
  const app = deployed({ invoke: () => THROWN, maxReceiveCount: 2 });
  app.send('a', changes(1));
  const driver = await app.start();

  const { drained, mappings: [status] } = await driver.drain(30_000);
  await driver.stop();

  expect(drained).toBe(true);
  expect(status).toMatchObject({ applied: 0, failed: 1, deadLetters: 1, lost: 0, functionErrors: 2 });
});

test('a queue that is not empty in time is waiting', async () => {
  const app = deployed({ invoke: () => THROWN });
  app.send('a', changes(1));
  const driver = await app.start();

  const { drained, mappings: [status] } = await driver.drain(50);
  await driver.stop();

  expect(drained).toBe(false);
  expect(status).toMatchObject({ applied: 0, waiting: 1 });
});
