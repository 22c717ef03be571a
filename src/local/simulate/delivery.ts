import { HandlerPlan, SimulatedSettings } from './plan';
import { SimulatedChange } from './simulated-table';
import { ChangeTruth, LaneTruth } from './truth';

/** What the ledger said of an item when a delivery began. */
export interface RowBefore {
  readonly mark: string;
  readonly parked: boolean;
}

/** One invocation, as the checks see it. */
export class Delivery {
  /** What the ledger knew when it began. */
  public readonly before = new Map<LaneTruth, RowBefore>();
  /** Changes whose handler has succeeded in this delivery. */
  public readonly applied = new Set<ChangeTruth>();
  /** The change each item's handler was last called with. */
  public readonly lastCall = new Map<LaneTruth, ChangeTruth>();
  public readonly runningLanes = new Set<LaneTruth>();
  public running = 0;
  /** Another invocation of the same function ran at the same time. */
  public overlapped = false;
  /** When the store last failed one of its requests. */
  public storeFailedAt = -Infinity;
  public ended = false;

  public constructor(
    public readonly id: number,
    public readonly changes: readonly SimulatedChange[],
    public readonly settings: SimulatedSettings,
    public readonly handler: HandlerPlan,
  ) {}
}
