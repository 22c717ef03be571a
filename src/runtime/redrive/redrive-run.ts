import { Deadline } from '../deadline';
import type { Attempt } from '../lanes/attempt';
import { RuntimePorts } from '../lanes/run';
import { Ledger } from '../ledger/ledger';
import { Counts } from '../observe/metrics';

/** One invocation that redrives: the ports, and what belongs to it alone. */
export interface RedriveRun extends RuntimePorts {
  readonly ledger: Ledger;
  readonly deadline: Deadline;
  readonly counts: Counts;
  /** Calls of the handler that are under way. */
  readonly calls: Set<Attempt>;
  /** Nothing more may be started. */
  tooLate(): boolean;
}
