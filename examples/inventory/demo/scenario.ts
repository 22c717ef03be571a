import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { readAll, writeAll } from '../../../scripts/demo/documents';
import { Receiver } from '../../../scripts/demo/receiver';
import { Scenario, ScenarioResult, ScenarioStage } from '../../../scripts/demo/scenario';
import type { Movement } from '../handlers/availability';

const WRITERS = 4;
const BATCH = 25;
/** The movement of one product that no handler can apply, and so also those of the product that come after it. */
const POISON = { product: 'product-042', ordinal: 38 } as const;
/** From this notice on a worker is ended, once. */
const END_WORKER_AT = 40;
const RESTOCK_EVERY = 8;
const REORDER_POINT = 20;

interface Availability {
  readonly productId: string;
  readonly available: number;
  readonly movements: number;
  readonly history: readonly string[];
}

/** Warehouses move stock; availability must end exact, purchasing must have heard of each shortage. */
export class InventoryScenario implements Scenario {
  public readonly name = 'inventory';
  public readonly app = 'examples/inventory/app.ts';
  private readonly notices = new Receiver({ endWorkerAt: END_WORKER_AT });
  private readonly movementsPerProduct: number;
  private publishedCount = 0;

  /** @param movements how many to publish, a multiple of the number of products (100) */
  constructor(movements: number) {
    this.movementsPerProduct = movements / (WRITERS * BATCH);
  }

  public get published(): number {
    return this.publishedCount;
  }

  public async prepare(): Promise<{ [name: string]: string }> {
    return {
      noticesUrl: await this.notices.listen(),
      handlers: 'examples/inventory/demo/faulty',
      forDemo: 'true',
    };
  }

  public async publish(stage: ScenarioStage): Promise<void> {
    const table = stage.outputs.MovementsTable;
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.write(stage.documents, table, writer)));
  }

  public async check(stage: ScenarioStage): Promise<ScenarioResult> {
    const movements = await readAll<Movement>(stage.documents, stage.outputs.MovementsTable);
    const availability = await readAll<Availability>(stage.documents, stage.outputs.AvailabilityTable);
    const stored = await stage.storedKeys(stage.outputs.FailureBucket);
    const rows = new Map(availability.map((row) => [row.productId, row]));
    const byProduct = groupBy(movements);
    const problems: string[] = [];
    const counts = { published: movements.length, applied: 0, stored: stored.length, lost: 0, repeated: 0, outOfOrder: 0 };
    let shortages = 0;
    for (const [productId, written] of byProduct) {
      written.sort((a, b) => (a.movementId < b.movementId ? -1 : 1));
      const { history = [], available = 0, movements: counted = 0 } = rows.get(productId) ?? {};
      const distinct = new Set(history);
      counts.applied += distinct.size;
      counts.repeated += history.length - distinct.size;
      counts.outOfOrder += history.filter((movementId, index) => index > 0 && movementId < history[index - 1]).length;
      const kept = written.filter(({ movementId }) => !distinct.has(movementId) && !stored.includes(movementId));
      counts.lost += kept.length;
      const applied = written.filter(({ movementId }) => distinct.has(movementId));
      const truth = applied.reduce((sum, { quantity }) => sum + quantity, 0);
      if (available !== truth || counted !== history.length) problems.push(`${productId}: available ${available}, its movements say ${truth}`);
      shortages += crossings(applied.map(({ quantity }) => quantity));
    }
    if (this.notices.distinct !== shortages) problems.push(`${this.notices.distinct} notices for ${shortages} shortages`);
    return { ...counts, problems, lines: [`notices: ${this.notices.received} received for ${shortages} shortages, ${this.notices.repeated} repeated by idempotency key`] };
  }

  public async close(): Promise<void> {
    await this.notices.close();
  }

  /** Each writer has products of its own, so that it knows the order of their movements. */
  private async write(documents: DynamoDBDocument, table: string, writer: number): Promise<void> {
    for (let ordinal = 0; ordinal < this.movementsPerProduct; ordinal += 1) {
      const items = Array.from({ length: BATCH }, (_, index) => movement(writer * BATCH + index, ordinal, writer));
      await writeAll(documents, table, items, (count) => { this.publishedCount += count; });
    }
  }
}

function movement(product: number, ordinal: number, warehouse: number): object {
  const productId = `product-${String(product).padStart(3, '0')}`;
  const quantity = ordinal % RESTOCK_EVERY === 0 ? 30 + (product % 7) : -(1 + ((product * 7 + ordinal * 3) % 9));
  const isPoison = productId === POISON.product && ordinal === POISON.ordinal;
  return {
    productId,
    movementId: `m-${String(ordinal).padStart(5, '0')}-${productId}`,
    warehouse: `warehouse-${warehouse}`,
    quantity: isPoison ? 'a dozen' : quantity,
  };
}

/** How often the running sum falls below the reorder point. */
function crossings(quantities: readonly number[]): number {
  let [available, times, below] = [0, 0, false];
  for (const quantity of quantities) {
    available += quantity;
    if (available < REORDER_POINT && !below) times += 1;
    below = available < REORDER_POINT;
  }
  return times;
}

function groupBy(movements: readonly Movement[]): Map<string, Movement[]> {
  const groups = new Map<string, Movement[]>();
  for (const one of movements) groups.set(one.productId, [...groups.get(one.productId) ?? [], one]);
  return groups;
}
