import { SimulatedChange } from './simulated-table';
import { FailureRecord } from '../../contract/failure-record';
import { Fate } from '../model';

/** The mapping gave it up, whole, or was told to lose it: later changes go on. */
const GIVEN_UP: ReadonlySet<Fate | undefined> = new Set<Fate>(['DELIVERED', 'BEFORE_LATEST', 'DESTINATION_REFUSED']);

/** What really happened to one change at one subscriber. */
export class ChangeTruth {
  /** Deliveries that held it. */
  public deliveries = 0;
  public calls = 0;
  public calledAt = 0;
  /** What may count as an attempt: the handler's own failures, and the end of a process that had this change alone. */
  public charges = 0;
  /** When the first call that counts began. */
  public firstChargeAt?: number;
  /** All charges are errors the handler threw, so the time between them is the runtime's to choose. */
  public onlyThrew = true;
  /** The handler succeeded, or its commit did. */
  public applied = 0;
  public committed = 0;
  public stored?: FailureRecord;
  /** The failure store has it and later changes of its item may go on. */
  public skipped = false;
  public fate?: Fate;
  public idempotencyKey?: string;

  public constructor(public readonly change: SimulatedChange, public readonly lane: LaneTruth, public readonly wanted: boolean) {}

  public get name(): string {
    return `change ${this.change.ordinal}`;
  }

  public charge(threw: boolean): void {
    this.charges += 1;
    this.firstChargeAt ??= this.calledAt;
    if (!threw) this.onlyThrew = false;
  }

  /** Later changes of its item may be applied. */
  public get lets(): boolean {
    return !this.wanted || this.applied > 0 || this.skipped || GIVEN_UP.has(this.fate);
  }

  /** Applied, or kept whole where it can be replayed from, or lost in a way that the plan brought about. */
  public get accountedFor(): boolean {
    return !this.wanted || this.applied > 0 || this.stored !== undefined || GIVEN_UP.has(this.fate);
  }
}

/** All changes of one item (or partition key) at one subscriber, in stream order. */
export class LaneTruth {
  public readonly changes: ChangeTruth[] = [];
  public lastCommitted = -1;
  /** Changes before this one let later ones be applied. */
  private passed = 0;

  public constructor(public readonly pk: string) {}

  /** The first change before this one that does not let it be applied yet. */
  public blocking(truth: ChangeTruth): ChangeTruth | undefined {
    while (this.passed < this.changes.length && this.changes[this.passed].lets) this.passed += 1;
    const first = this.changes[this.passed];
    return first !== undefined && first.change.ordinal < truth.change.ordinal ? first : undefined;
  }

  public poisonBefore(truth: ChangeTruth): boolean {
    return this.changes.some(({ change, stored }) => (
      change.ordinal < truth.change.ordinal && stored !== undefined && stored.reason !== 'BEHIND_PARKED'));
  }
}
