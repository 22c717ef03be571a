/** A fault at each call that a redrive makes: whatever happens, redriving again ends with each change committed once, in order, and the item released. */

import { isSettled } from '../../../src/contract/redrive';
import { StoreError } from '../../../src/local/simulate/memory-dynamodb';
import { PermanentError } from '../../../src/runtime';
import { Around, aroundClient, never, Operation } from '../faults';
import { Harness, LEDGER, record } from '../harness';

const FAULTS = ['throttled', 'no answer', 'refused', 'killed before', 'killed after'] as const;
type Fault = (typeof FAULTS)[number];
const MOST_REDRIVES = 6;

class Run {
  public calls = 0;
  public faulted?: Operation;
  private alive = true;
  private broken = true;
  private redriving = false;
  private readonly harness: Harness;

  public constructor(private readonly onPoison: 'PARK_ITEM' | 'SKIP_RECORD', private readonly at: number, private readonly fault?: Fault) {
    this.harness = new Harness({
      settings: { onPoison },
      handler: async ({ newImage }, context) => {
        if (this.broken && newImage?.n === 2) throw new PermanentError('poison');
        await context.commit([{
          Update: {
            TableName: 'Effects', Key: { id: String(newImage?.n) }, UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one', ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
          },
        }]);
      },
      wrap: (ports) => ({
        ...ports, client: aroundClient(ports.client, this.around), handler: (change, context) => this.around('handler', async () => ports.handler(change, context)),
      }),
    });
  }

  public async untilSettled(): Promise<this> {
    const { harness } = this;
    await harness.deliverUntilSettled([1, 2, 3, 4].map((n) => record('a', { newImage: { id: { S: 'a' }, n: { N: String(n) } } })));
    this.broken = false;
    this.redriving = true;
    let left = [...harness.failures.records];
    for (let redrives = 0; left.length > 0; redrives += 1) {
      if (redrives === MOST_REDRIVES) throw new Error('no end');
      const results = await harness.redrive(left, { outOfOrder: true }, () => this.alive, 30_000);
      this.alive = true;
      // What was settled is deleted.
      left = left.filter((_change, index) => results?.[index] === undefined || !isSettled(results[index]));
    }
    return this;
  }

  public get effects(): string[] {
    return [...this.harness.db.table('Effects')].map(([key, { n }]) => key.repeat(Number(n)));
  }

  public get parked(): unknown[] {
    return [...this.harness.db.table(LEDGER).values()].filter((row) => row.parked !== undefined);
  }

  public get expected(): string[] {
    return this.onPoison === 'PARK_ITEM' ? ['1', '2', '3', '4'] : ['1', '3', '4', '2'];
  }

  private readonly around: Around = async (operation, call) => {
    if (!this.alive) return never();
    if (!this.redriving) return call();
    this.calls += 1;
    if (this.calls !== this.at || this.fault === undefined) return call();
    this.faulted = operation;
    if (this.fault === 'killed after' || this.fault === 'no answer') await call().catch(() => undefined);
    if (this.fault.startsWith('killed')) {
      this.alive = false;
      return never();
    }
    throw new StoreError(this.fault === 'refused' ? 'AccessDeniedException' : 'ThrottlingException');
  };
}

test.each(['PARK_ITEM', 'SKIP_RECORD'] as const)('%s', async (onPoison) => {
  const { calls, effects, expected } = await new Run(onPoison, 0).untilSettled();
  expect(effects).toEqual(expected);
  const faulted = new Set<Operation | undefined>();
  for (let at = 1; at <= calls; at += 1) {
    for (const fault of FAULTS) {
      const run = await new Run(onPoison, at, fault).untilSettled();
      faulted.add(run.faulted);
      expect({ at, fault, effects: run.effects, parked: run.parked }).toEqual({ at, fault, effects: expected, parked: [] });
    }
  }
  expect(faulted).toContain('transactWrite');
  expect(faulted).toContain('batchGet');
  if (onPoison === 'PARK_ITEM') expect(faulted).toContain('update');
});
