import { RuntimeSettings } from '../../contract/settings';
import type { CommitWrite } from '../change/context';
import { StreamRecord } from '../change/record';
import { Deadline } from '../deadline';
import { KeyScope } from '../ledger/item-key';
import { Ledger } from '../ledger/ledger';
import { Logger } from '../observe/logger';
import { Counts } from '../observe/metrics';
import { Clock, DocumentClient, FailureStore, Handler, LineWriter, Random } from '../ports';
import { Admission } from './admission';
import { ItemClaim } from './claim';
import { MarkWriter } from './mark-writer';
import { Memory } from './memory';

/** What the runtime works with, for as long as the process lives. */
export interface RuntimePorts {
  readonly settings: RuntimeSettings;
  readonly handler: Handler;
  readonly client: DocumentClient;
  readonly ledgerTable: string;
  readonly failures: FailureStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly writeLine: LineWriter;
  readonly logger: Logger;
  readonly memory: Memory;
  /** True for the changes the subscriber wants; undefined when it wants all. Evaluated on the record as delivered. */
  readonly filter?: (record: StreamRecord) => boolean;
  /**
   * Set for changes from a queue, which delivers each group by itself: a change that waits longer than this goes back there, so that the rest
   * of its batch does not wait with it.
   */
  readonly patienceMillis?: number;
}

/** One record on its way through its lane. */
export interface LaneRecord {
  readonly record: StreamRecord;
  readonly sequenceNumber: string;
  readonly at: string;
  /** Why it cannot be handed to the handler, if it cannot. */
  readonly defect?: unknown;
  /** Its item is not known, so there is nothing to park. */
  readonly loose: boolean;
  /** A mapping gave it up: that the item's mark is beyond it does not say that it is settled. */
  readonly givenUp: boolean;
}

/**
 * What became of a record: `settled` or, without the handler, `superseded` (its mark is still to be stored), `marked` (the ledger knows), `look again` (its item's
 * row was changed, by this run or another delivery), `stop` (not settled now; a later delivery goes on).
 */
export type Verdict = 'settled' | 'superseded' | 'marked' | 'look again' | 'stop';

/** One invocation: the ports, and what belongs to this batch alone. */
export interface Run extends RuntimePorts {
  readonly scope: KeyScope;
  readonly streamArn: string;
  readonly ledger: Ledger;
  readonly deadline: Deadline;
  readonly admission: Admission;
  readonly marks: MarkWriter;
  readonly counts: Counts;
  /** True for a batch of one in a process that has not finished an invocation yet: it may be what ended the one before. */
  readonly suspicious: boolean;
  /** Keeps other deliveries from the item, where its work takes long. */
  readonly claim?: ItemClaim;
  /** False once the response is on its way: whatever still runs may change nothing. */
  open: boolean;
  /** What most items failed with, if they did. */
  outageSignature?: string;
  onCommit(writes: readonly CommitWrite[]): void;
  /** Learns of outages that other processes have seen; asks the ledger once an invocation. */
  loadHealth(): Promise<void>;
}
