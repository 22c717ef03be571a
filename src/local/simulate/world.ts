import { Fault, FaultCounts, noFaults } from './fault-counts';
import { Invariant, Violate } from './invariant';
import { MemoryDynamoDb, WriteListener } from './memory-dynamodb';
import { HistoryPlan } from './plan';
import { derivedSeed, Rng } from './random';
import { LEDGER } from '../../contract/ledger';
import { VirtualClock } from '../drive/memory-clock';

export const LEDGER_TABLE = 'Ledger';
export const EFFECTS_TABLE = 'Effects';
export const START = Date.UTC(2026, 10, 23, 18, 0, 0);

export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
}

/** What all parts of one history share. */
export class World {
  public readonly clock = new VirtualClock(START);
  public readonly dice: Rng;
  public readonly jitter: Rng;
  public readonly db: MemoryDynamoDb;
  public readonly faults: FaultCounts = noFaults();
  public violation?: Violation;
  /** Deliveries made or planned that have not ended. */
  public underWay = 0;
  public storeOut = false;

  public constructor(public readonly plan: HistoryPlan, onWrite: WriteListener, private readonly tracer?: (line: string) => void) {
    this.dice = new Rng(derivedSeed(plan.seed, 1));
    this.jitter = new Rng(derivedSeed(plan.seed, 2));
    this.db = new MemoryDynamoDb({ [LEDGER_TABLE]: LEDGER.KEY, [EFFECTS_TABLE]: 'id' }, onWrite);
  }

  public readonly count = (fault: Fault | `hostile${string}`): void => {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
    if (this.tracer) this.trace(`fault: ${fault}`);
  };

  public readonly violate: Violate = (invariant, message) => {
    this.violation ??= { invariant, message };
    if (this.tracer) this.trace(`VIOLATION of ${invariant}: ${message}`);
  };

  /** For people who look into one history. */
  public trace(line: string | (() => string)): void {
    this.tracer?.(`${String(this.clock.now() - START).padStart(9)} ${typeof line === 'string' ? line : line()}`);
  }
}

/** What a dead process answers. A new one each time: reactions to a shared one would pile up. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
