import type { Delivery } from './delivery';
import { Fault } from './fault-counts';
import { StoreError } from './memory-dynamodb';
import { inObject } from './stored-record';
import { World } from './world';
import { FailureRecord } from '../../contract/failure-record';
import type { CommitWrite } from '../../runtime/change/context';
import { BatchGetInput, BatchGetOutput, DocumentClient, FailureStore, Statement, StatementResponse, UpdateInput, UpdateOutput } from '../../runtime/ports';

/** How long the real client waits for an answer. */
export const REQUEST_TIMEOUT_MILLIS = 3_000;
const STATEMENT_CODES = ['ThrottlingError', 'ProvisionedThroughputExceeded', 'InternalServerError', 'TransactionConflict'] as const;
const CONFLICT_CODES = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'] as const;

/** The process that calls: it may die at each call. */
export interface CallingProcess {
  readonly delivery?: Delivery;
  call<T>(run: () => Promise<T>): Promise<T>;
}

/** DynamoDB as one process reaches it: late, throttled, broken, or not at all. */
export class FaultyClient implements DocumentClient {
  private readonly faulty: boolean;

  public constructor(private readonly world: World, private readonly process: CallingProcess) {
    const { throttle, serverError, timeout, refuse } = world.plan.store;
    this.faulty = throttle + serverError + timeout + refuse > 0 || world.plan.events.some(({ type }) => type === 'storeOutage');
  }

  public batchGet(input: BatchGetInput): Promise<BatchGetOutput> {
    return this.request(() => (this.isPartial() ? this.getSome(input) : this.world.db.batchGet(input)));
  }

  public batchExecuteStatement(input: { Statements: Statement[] }): Promise<{ Responses?: StatementResponse[] }> {
    return this.request(() => (this.isPartial() ? this.executeSome(input.Statements) : this.world.db.batchExecuteStatement(input)));
  }

  public update(input: UpdateInput): Promise<UpdateOutput> {
    return this.request(() => this.world.db.update(input));
  }

  public transactWrite(input: { TransactItems: CommitWrite[]; ClientRequestToken: string }): Promise<unknown> {
    return this.request(() => (this.isPartial() ? this.conflict(input.TransactItems.length) : this.world.db.transactWrite(input)));
  }

  private request<T>(run: () => Promise<T>): Promise<T> {
    return this.process.call(this.faulty ? () => this.maybe(run) : run);
  }

  private maybe<T>(run: () => Promise<T>): Promise<T> {
    const { dice, storeOut, plan: { store } } = this.world;
    if (storeOut) return this.refusal('storeOutage', 'InternalServerError');
    if (dice.chance(store.throttle)) return this.refusal('store429', dice.pick(['ThrottlingException', 'ProvisionedThroughputExceededException']));
    if (dice.chance(store.serverError)) return this.refusal('store500', 'InternalServerError');
    if (dice.chance(store.refuse)) return this.refusal('store400', dice.pick(['AccessDeniedException', 'ValidationException']));
    if (dice.chance(store.timeout)) return this.timeout(run);
    return run();
  }

  private async timeout<T>(run: () => Promise<T>): Promise<T> {
    const { clock, count, dice } = this.world;
    if (dice.chance(0.5)) {
      count('storeTimeoutBefore');
    } else {
      count('storeTimeoutAfter');
      await run().catch(() => undefined);
    }
    await clock.sleep(REQUEST_TIMEOUT_MILLIS);
    this.noteFailure();
    throw new StoreError('TimeoutError');
  }

  private refusal(fault: Fault, name: string): Promise<never> {
    this.world.count(fault);
    this.noteFailure();
    return Promise.reject(new StoreError(name));
  }

  private noteFailure(): void {
    if (this.process.delivery) this.process.delivery.storeFailedAt = this.world.clock.now();
  }

  private isPartial(): boolean {
    return this.world.dice.chance(this.world.plan.store.partial);
  }

  private async getSome(input: BatchGetInput): Promise<BatchGetOutput> {
    const [[table, { Keys, ConsistentRead }]] = Object.entries(input.RequestItems);
    const some = this.world.dice.int(0, Keys.length - 1);
    this.world.count('unprocessedKeys');
    const { Responses } = await this.world.db.batchGet({ RequestItems: { [table]: { Keys: Keys.slice(0, some), ConsistentRead } } });
    return { Responses, UnprocessedKeys: { [table]: { Keys: Keys.slice(some) } } };
  }

  private async executeSome(statements: Statement[]): Promise<{ Responses?: StatementResponse[] }> {
    const { count, db, dice } = this.world;
    const short = dice.chance(0.2);
    count(short ? 'answerTooShort' : 'statementRefused');
    const Responses: StatementResponse[] = [];
    for (const statement of statements) {
      const refused = dice.chance(0.3);
      if (refused && short) break;
      if (refused) Responses.push({ Error: { Code: dice.pick(STATEMENT_CODES) } });
      else Responses.push(...(await db.batchExecuteStatement({ Statements: [statement] })).Responses!);
    }
    return { Responses };
  }

  private conflict(writes: number): Promise<never> {
    this.world.count('transactionConflict');
    const at = this.world.dice.int(0, writes - 1);
    const code = this.world.dice.pick(CONFLICT_CODES);
    return Promise.reject(new StoreError('TransactionCanceledException', Array.from({ length: writes }, (_, index) => ({ Code: index === at ? code : 'None' }))));
  }
}

/** The failure store as one process reaches it. */
export class FaultyFailureStore implements FailureStore {
  public constructor(
    private readonly world: World, private readonly process: CallingProcess, private readonly onStored: (record: FailureRecord) => void,
  ) {}

  public put(record: FailureRecord): Promise<void> {
    return this.process.call(() => this.keep(record));
  }

  /** Only changes that come through a queue are stored so. */
  public putIfAbsent(): Promise<void> {
    throw new Error('not to be called');
  }

  private async keep(record: FailureRecord): Promise<void> {
    const { count, dice, plan: { store } } = this.world;
    if (dice.chance(store.failureStoreThrottle)) {
      count('failureStoreThrottled');
      throw new StoreError('SlowDown');
    }
    if (dice.chance(store.failureStoreRefuse)) {
      count('failureStoreRefused');
      throw new StoreError('AccessDenied');
    }
    this.onStored(inObject(record));
  }
}
