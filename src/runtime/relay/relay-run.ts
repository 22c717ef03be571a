import { Deadline } from '../deadline';
import { RelayPorts } from './ports';
import { RelayState } from './relay-state';
import { RetryOptions } from '../ledger/store-retry';

/** What one invocation of the relay did, counted. */
export class RelayCounts {
  /** Records delivered. */
  public records = 0;
  /** Changes that queues have acknowledged, once a target. */
  public sent = 0;
  /** Changes put into spills. */
  public spilled = 0;
  /** Changes taken from spills and acknowledged by their queues. */
  public drained = 0;
  /** Records reported to the mapping as not settled. */
  public unsettled = 0;
  /** Targets whose spill drains beside the batch. */
  public draining = 0;
  /** Changes a filter failed on. */
  public filterErrors = 0;
}

/** One invocation of the relay. */
export interface RelayRun extends RelayPorts {
  readonly table: string;
  readonly deadline: Deadline;
  readonly retry: RetryOptions;
  readonly state: RelayState;
  readonly counts: RelayCounts;
  /** Names of the targets that are open, as far as this invocation knows. */
  readonly open: Set<string>;
}
