import { DeployedStreamMapping } from '../../../src/local/deploy';
import { DriverEvent, startDriver } from '../../../src/local/drive';
import { InvocationResult, MappingPorts, StaleIteratorError } from '../../../src/local/drive/ports';
import { FailureDelivery, MappingConfig, mappingConfig, offeredRecord, OfferedRecord, ShardDescription } from '../../../src/local/model';

type Handler = (sequenceNumbers: string[]) => InvocationResult | Promise<InvocationResult>;

const RETURNED: InvocationResult = { outcome: { kind: 'returned' } };
const THROWN: InvocationResult = { outcome: { kind: 'functionError' }, message: 'Error: secret' };

/** A stream, a function and a destination that answer at once. */
class Fakes implements MappingPorts {
  readonly shards = new Map<string, { readonly parentShardId?: string; records: OfferedRecord[]; closed: boolean }>();
  readonly invocations: string[][] = [];
  readonly deliveries: FailureDelivery[] = [];
  readonly now = Date.now;
  staleIterators = 0;
  trimmed = 0;
  refuseDelivery = false;
  closed = false;
  private reads = 0;

  readonly fn = {
    invoke: async (payload: unknown) => {
      const { Records } = payload as { Records: readonly { dynamodb: { SequenceNumber: string } }[] };
      const numbers = Records.map(record => record.dynamodb.SequenceNumber);
      this.invocations.push(numbers);
      return this.handler(numbers);
    },
  };

  readonly destination = {
    deliver: async (delivery: FailureDelivery) => {
      if (this.refuseDelivery) throw new Error('refused');
      this.deliveries.push(delivery);
      return 'there';
    },
  };

  constructor(private readonly handler: Handler) {}

  write(shardId: string, ...numbers: number[]): this {
    const shard = this.shards.get(shardId) ?? { records: [], closed: false };
    this.shards.set(shardId, shard);
    shard.records.push(...numbers.map(number => offeredRecord({ dynamodb: { SequenceNumber: sequence(number), Keys: { id: { S: `item-${number}` } } } }, Date.now())));
    return this;
  }

  get stream(): MappingPorts['stream'] {
    return {
      shards: async () => [...this.shards].map(([shardId, { parentShardId }]): ShardDescription => ({ shardId, parentShardId })),
      iterator: async (shardId, position) => {
        const records = this.shards.get(shardId)!.records;
        if (position === 'TRIM_HORIZON') return `${shardId}/${this.trimmed}`;
        return `${shardId}/${position === 'LATEST' ? records.length : records.findIndex(record => record.sequenceNumber === position.after) + 1}`;
      },
      page: async iterator => {
        this.reads += 1;
        if (this.reads <= this.staleIterators) throw new StaleIteratorError(this.trimmed > 0);
        const [shardId, index] = iterator.split('/');
        const { records, closed } = this.shards.get(shardId)!;
        return { records: records.slice(Number(index)), next: closed ? undefined : `${shardId}/${records.length}` };
      },
    };
  }

  close(): void { this.closed = true; }
}

const sequence = (number: number) => String(number).padStart(21, '0');

function mapping(name: string, config: Partial<MappingConfig> = {}, enabled = true): DeployedStreamMapping {
  return { name, enabled, config: mappingConfig(config) } as DeployedStreamMapping;
}

async function drain(fakes: Fakes, deployed = mapping('Sub'), during: () => void = () => undefined) {
  const events: DriverEvent[] = [];
  const driver = await startDriver({ mappings: [deployed], ports: () => fakes, pollMillis: 1, onEvent: event => events.push(event) });
  during();
  const { drained, mappings: [status] } = await driver.drain(5000);
  await driver.stop();
  return { drained, status, events };
}

const S3 = { type: 'S3', arn: 'arn:aws:s3:::failures' } as const;

test('every record reaches the function in order, and is counted as applied', async () => {
  const fakes = new Fakes(() => RETURNED).write('shard', 1, 2, 3);

  const { drained, status } = await drain(fakes);

  expect(drained).toBe(true);
  expect(fakes.invocations).toEqual([[sequence(1), sequence(2), sequence(3)]]);
  expect(status).toMatchObject({ read: 3, applied: 3, retried: 0, failed: 0, lost: 0, inFlight: 0, waiting: 0, lagMillis: 0 });
  expect(fakes.closed).toBe(true);
});

test('what is written while draining is drained too', async () => {
  let writes = 0;
  const fakes: Fakes = new Fakes(() => {
    writes += 1;
    if (writes < 3) fakes.write('shard', writes + 1);
    return RETURNED;
  }).write('shard', 1);

  expect((await drain(fakes)).status.applied).toBe(3);
});

test('a poison record is isolated and delivered whole; the rest is applied', async () => {
  const fakes = new Fakes(numbers => numbers.includes(sequence(2)) ? THROWN : RETURNED).write('shard', 1, 2, 3, 4);

  const { status, events } = await drain(fakes, mapping('Sub', { bisectBatchOnFunctionError: true, retryAttempts: 0, onFailure: S3 }));

  expect(fakes.invocations.map(numbers => numbers.map(Number))).toEqual([[1, 2, 3, 4], [1, 2], [1], [2], [3, 4]]);
  expect(fakes.deliveries).toHaveLength(1);
  expect(status).toMatchObject({ applied: 3, retried: 6, failed: 1, failureStore: 1, lost: 0, functionErrors: 3 });
  expect(events).toContainEqual(expect.objectContaining({ type: 'delivered', condition: 'RetryAttemptsExhausted', where: 'there' }));
});

test('what a queue is told of is no record kept: it counts as lost', async () => {
  const fakes = new Fakes(() => THROWN).write('shard', 1);

  const { status } = await drain(fakes, mapping('Sub', { retryAttempts: 0, onFailure: { type: 'SQS', arn: 'arn:aws:sqs:us-east-1:0:q' } }));

  expect(status).toMatchObject({ applied: 0, failed: 1, failureStore: 0, lost: 1 });
});

test('a refused delivery is told, and its records are lost', async () => {
  const fakes = new Fakes(() => THROWN).write('shard', 1);
  fakes.refuseDelivery = true;

  const { status, events } = await drain(fakes, mapping('Sub', { retryAttempts: 0, onFailure: S3 }));

  expect(status).toMatchObject({ failed: 1, failureStore: 0, lost: 1 });
  expect(events).toContainEqual(expect.objectContaining({ type: 'deliveryRefused', reason: 'refused' }));
});

test('a child shard is read after its parent is closed and drained', async () => {
  const fakes = new Fakes(() => RETURNED).write('parent', 1, 2);
  fakes.shards.get('parent')!.closed = true;
  fakes.shards.set('child', { parentShardId: 'parent', records: [], closed: false });
  fakes.write('child', 3);

  expect((await drain(fakes)).drained).toBe(true);
  expect(fakes.invocations.flat().map(Number)).toEqual([1, 2, 3]);
});

test('an iterator that has expired is renewed where it stood, and nothing is delivered twice', async () => {
  const fakes = new Fakes(() => RETURNED).write('shard', 1, 2);
  fakes.staleIterators = 2;

  const { status } = await drain(fakes, mapping('Sub'), () => fakes.write('shard', 3));

  expect(fakes.invocations.flat().map(Number)).toEqual([1, 2, 3]);
  expect(status.read).toBe(3);
});

test('LATEST leaves out what was there before', async () => {
  const fakes = new Fakes(() => RETURNED).write('shard', 1, 2);
  const driver = await startDriver({ mappings: [mapping('Sub', { startingPosition: 'LATEST' })], ports: () => fakes, pollMillis: 1 });
  await driver.drain(5000);
  fakes.write('shard', 3);
  await driver.drain(5000);
  await driver.stop();

  expect(fakes.invocations.flat().map(Number)).toEqual([3]);
});

test('records that the function itself put into its failure store are not applied', async () => {
  let stored = 5;
  const fakes = Object.assign(new Fakes(() => { stored += 1; return RETURNED; }).write('shard', 1, 2), { failureStore: { count: async () => stored } });

  expect((await drain(fakes)).status).toMatchObject({ applied: 1, failed: 1, failureStore: 1, lost: 0 });
});

test('a disabled mapping is shown and does nothing', async () => {
  const fakes = new Fakes(() => RETURNED).write('shard', 1);

  expect(await drain(fakes, mapping('Sub', {}, false))).toMatchObject({ drained: true, status: { enabled: false, read: 0 } });
  expect(fakes.invocations).toEqual([]);
});

test('a drain that takes too long says so, and what waits', async () => {
  const fakes = new Fakes(() => THROWN).write('shard', 1);
  const driver = await startDriver({ mappings: [mapping('Sub')], ports: () => fakes, pollMillis: 1 });
  const { drained, mappings: [status] } = await driver.drain(60);
  await driver.stop();

  expect({ drained, ...status }).toMatchObject({ drained: false, waiting: 1, applied: 0, failed: 0 });
  expect(status.lagMillis).toBeGreaterThan(0);
});

test('a throttle costs no attempt', async () => {
  let calls = 0;
  const fakes = new Fakes(() => {
    calls += 1;
    return calls === 1 ? { outcome: { kind: 'throttled' }, message: 'slow down' } : RETURNED;
  }).write('shard', 1);

  const { status, events } = await drain(fakes, mapping('Sub', { retryAttempts: 0, onFailure: S3 }));

  expect(status).toMatchObject({ applied: 1, failed: 0, functionErrors: 0 });
  expect(events).toContainEqual(expect.objectContaining({ type: 'refused', kind: 'throttled' }));
});

test('fails to start on a stream that is not there', async () => {
  const fakes = new Fakes(() => RETURNED);
  Object.defineProperty(fakes, 'stream', { value: { shards: async () => { throw new Error('Stream not found'); } } });

  await expect(startDriver({ mappings: [mapping('Sub')], ports: () => fakes, pollMillis: 1 })).rejects.toThrow('Stream not found');
  expect(fakes.closed).toBe(true);
});
