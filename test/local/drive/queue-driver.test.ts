import { DeployedQueueMapping } from '../../../src/local/deploy';
import { DriverEvent, startQueueDriver } from '../../../src/local/drive';
import { InvocationResult } from '../../../src/local/drive/ports';
import { QueueMappingPorts } from '../../../src/local/drive/queue-ports';
import { FifoMappingConfig, fifoMappingConfig, FifoQueue } from '../../../src/local/model';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:q.fifo';
const RETURNED: InvocationResult = { outcome: { kind: 'returned' } };
/** Longer than any test: what is being worked on does not come again. */
const NEVER_SECONDS = 3600;
/** For the test that waits for it. */
const SHORT_SECONDS = 0.05;

interface Invocation {
  readonly bodies: readonly string[];
  readonly ids: readonly string[];
  /** How many were under way when this one began, itself included. */
  readonly atOnce: number;
  end(result: InvocationResult): void;
}

/** A queue in memory and a function whose invocations the test ends itself, or that ends by itself. */
class Fakes implements QueueMappingPorts {
  readonly messages: FifoQueue;
  readonly invocations: Invocation[] = [];
  readonly now = Date.now;
  closed = false;
  failReceives = 0;
  /** Whether the deployed mapping is on; left out: nobody looks. */
  enabled?: () => Promise<boolean>;
  private running = 0;

  readonly queue = {
    receive: async (most: number) => {
      this.failReceives -= 1;
      if (this.failReceives >= 0) throw new Error('the queue does not answer');
      return this.messages.receive(most, Date.now());
    },
    delete: async (receiptHandle: string) => this.messages.delete(receiptHandle),
  };

  readonly fn = {
    invoke: (payload: unknown) => new Promise<InvocationResult>(resolve => {
      const { Records } = payload as { Records: readonly { body: string; messageId: string }[] };
      this.running += 1;
      const invocation = {
        bodies: Records.map(({ body }) => body),
        ids: Records.map(({ messageId }) => messageId),
        atOnce: this.running,
        end: (result: InvocationResult) => {
          this.running -= 1;
          resolve(result);
        },
      };
      this.invocations.push(invocation);
      if (this.answer) invocation.end(this.answer(invocation.bodies, invocation.ids));
    }),
  };

  constructor(private readonly answer?: (bodies: readonly string[], ids: readonly string[]) => InvocationResult, visibilitySeconds = NEVER_SECONDS) {
    this.messages = new FifoQueue({ visibilitySeconds, retentionSeconds: NEVER_SECONDS });
  }

  send(...bodies: string[]): this {
    bodies.forEach(body => this.messages.send({ group: body[0], deduplicationId: body, body }, Date.now()));
    return this;
  }

  close(): void { this.closed = true; }
}

function drive(fakes: Fakes, config: Partial<FifoMappingConfig> = {}, enabled = true) {
  const events: DriverEvent[] = [];
  const settings = fifoMappingConfig({ queueArn: ARN, batchSize: 1, reportBatchItemFailures: true, ...config });
  const mappings = [{ name: 'Sub', enabled, config: settings } as DeployedQueueMapping];
  const driver = startQueueDriver({ mappings, ports: () => fakes, pollMillis: 1, stateMillis: 1, onEvent: event => events.push(event) });
  return { driver, events };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise(done => setTimeout(done, 1));
}

test('as many invocations run at once as the mapping allows, and never two of one group', async () => {
  const fakes = new Fakes().send('a1', 'a2', 'b1', 'c1', 'd1');
  const { driver } = drive(fakes, { maxConcurrency: 3 });

  await until(() => fakes.invocations.length === 3);
  expect(fakes.invocations.flatMap(({ bodies }) => bodies)).toEqual(['a1', 'b1', 'c1']);
  fakes.invocations[1].end(RETURNED);
  await until(() => fakes.invocations.length === 4);
  expect(fakes.invocations[3].bodies).toEqual(['d1']);

  const stopped = driver.stop();
  fakes.invocations.filter((_, index) => index !== 1).forEach(invocation => invocation.end(RETURNED));
  await stopped;
  expect(driver.status()).toEqual([expect.objectContaining({ invocations: 4, mostInFlight: 3, inFlight: 0, acknowledged: 4 })]);
  expect(fakes.messages.size).toBe(1);
  expect(fakes.closed).toBe(true);
});

test('what a response names, a crash and a throttle leave in the queue comes again; the rest is deleted', async () => {
  const results: InvocationResult[] = [{ outcome: { kind: 'functionError' }, message: 'Error: died' }, { outcome: { kind: 'throttled' }, message: 'slow down' }];
  const seen: string[] = [];
  const fakes = new Fakes((bodies, ids) => {
    seen.push(bodies.join());
    return results.shift() ?? { outcome: { kind: 'returned', payload: { batchItemFailures: seen.length === 3 ? [{ itemIdentifier: ids[1] }] : [] } } };
  }, SHORT_SECONDS).send('a1', 'b1');
  const { driver, events } = drive(fakes, { batchSize: 2 });

  await until(() => fakes.messages.size === 0);
  await driver.stop();

  expect(seen).toEqual(['a1,b1', 'a1,b1', 'a1,b1', 'b1']);
  expect(driver.status()).toEqual([expect.objectContaining({ functionErrors: 1, acknowledged: 2 })]);
  expect(events.map(({ type }) => type)).toEqual(['functionError', 'refused', 'returned', 'returned']);
});

test('a queue that does not answer is told of and asked again', async () => {
  const fakes = new Fakes(() => RETURNED).send('a1');
  fakes.failReceives = 2;
  const { driver, events } = drive(fakes);

  await until(() => fakes.messages.size === 0);
  await driver.stop();

  expect(events.filter(({ type }) => type === 'readFailed')).toHaveLength(2);
});

test('a disabled mapping is shown and does nothing', async () => {
  const fakes = new Fakes(() => RETURNED).send('a1');
  const { driver } = drive(fakes, {}, false);
  await driver.stop();
  expect(driver.status()).toEqual([expect.objectContaining({ enabled: false, invocations: 0 })]);
});

test('a mapping that is paused where it is deployed takes nothing more, ends what is under way, and once resumed goes on', async () => {
  const fakes = new Fakes().send('a1');
  let on = false;
  let looks = 0;
  fakes.enabled = async () => {
    looks += 1;
    return on;
  };
  const { driver } = drive(fakes);
  // Two looks later the driver has heard of it.
  const heard = async () => {
    const from = looks;
    await until(() => looks >= from + 2);
  };

  await heard();
  expect(driver.status()).toEqual([expect.objectContaining({ enabled: false, invocations: 0 })]);
  on = true;
  await until(() => fakes.invocations.length === 1);
  on = false;
  await heard();
  fakes.send('b1').invocations[0].end(RETURNED);
  await until(() => fakes.messages.size === 1);
  await heard();
  expect(driver.status()).toEqual([expect.objectContaining({ enabled: false, inFlight: 0, acknowledged: 1 })]);
  expect(fakes.invocations).toHaveLength(1);
  on = true;
  await until(() => fakes.invocations.length === 2);
  expect(fakes.invocations[1].bodies).toEqual(['b1']);

  const stopped = driver.stop();
  fakes.invocations[1].end(RETURNED);
  await stopped;
});
