import { IdempotencyItemAlreadyExistsError, IdempotencyRecordStatus } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { ClaimState, LEDGER, LEDGER_ROW_SECONDS, LEDGER_VERSION, LedgerRow } from '../../contract/ledger';
import { ClaimHeldError, ClaimLostError, ItemClaim } from '../lanes/claim';
import { Ledger } from '../ledger/ledger';
import { isConditionFailure, retryStore } from '../ledger/store-retry';
import { UpdateInput } from '../ports';
import { Lease } from './lease';
import { LongWorkerPorts } from './ports';

/** What the queue calls a delivery, and a name that no other has. */
export interface Delivery {
  readonly owner: string;
  readonly messageId: string;
  readonly receives: number;
  readonly receiptHandle: string;
}

/** Of a version that is understood, not settled as far as this delivery goes, and claimed by none that could still be at work: by no other invocation with this receive, and by no later receive. */
const CLAIMABLE = '(attribute_not_exists(#v) OR #v <= :v) AND (attribute_not_exists(#mark) OR #mark < :at) AND (attribute_not_exists(#claim) OR #claim.#owner = :owner '
  + 'OR #claim.#message <> :message OR #claim.#receives < :receives)';

/**
 * Powertools' idempotency persistence on the item's row of the ledger, with what it lacks: an owner, so that a claim is known again when its answer was lost,
 * and a fence, so that a worker that was thought dead can write nothing. Whether a claim may be taken over is never a matter of clocks: the queue hands a message
 * out again only when the lease of the delivery before has ended.
 */
export class PersistedClaim extends BasePersistenceLayer implements ItemClaim {
  public held?: ItemClaim['held'];
  private readonly lease: Lease;
  private readonly claim: ClaimState;
  private readonly ledger: Ledger;
  private upTo = '';
  private row?: LedgerRow;
  private storeSignal?: AbortSignal;

  public constructor(private readonly ports: LongWorkerPorts, { owner, messageId, receives, receiptHandle }: Delivery) {
    super();
    this.claim = { owner, message: messageId, receives };
    this.lease = new Lease(ports, receiptHandle, () => this.isHeld());
    const { client, ledgerTable, settings: { subscriber }, clock, random } = ports;
    this.ledger = new Ledger({ client, table: ledgerTable, subscriber, clock, random });
  }

  public get lost(): AbortSignal {
    return this.lease.lost;
  }

  public async acquire(pk: string, upTo: string, signal: AbortSignal): Promise<LedgerRow | undefined> {
    this.upTo = upTo;
    this.storeSignal = signal;
    try {
      await this.saveInProgress(pk, this.ports.settings.longWork!.leaseSeconds * 1000);
    } catch (error) {
      if (!(error instanceof IdempotencyItemAlreadyExistsError)) throw error;
      if (error.existingRecord?.getStatus() !== IdempotencyRecordStatus.COMPLETED) throw new ClaimHeldError();
      return this.row;
    }
    await this.lease.start();
    return this.row;
  }

  public async confirm(signal: AbortSignal): Promise<void> {
    this.lease.confirm();
    const { clock, random } = this.ports;
    if (!(await retryStore({ clock, random, signal }, () => this.isHeld()))) throw new ClaimLostError();
    this.lease.confirm();
  }

  /** The delivery ends. The claim stays in the row, where the next one finds it; until then it keeps a second invocation with this receive from running. */
  public end(): void {
    this.lease.stop();
  }

  protected override getHashedIdempotencyKey(pk: unknown): string {
    // It is a hash already.
    return pk as string;
  }

  protected override async _putRecord({ idempotencyKey: pk }: IdempotencyRecord): Promise<void> {
    do {
      if (await this.take(pk, false)) return;
      this.row = (await this.ledger.read([pk], this.storeSignal!)).get(pk);
      // The row of a parked item does not expire, so claiming it is another write; its mark stands still, so what is settled shows in how far it is stored.
      if (this.row?.parked && await this.take(pk, true)) return;
      // A redrive may park or release the item between claim and read. Nobody else has it then: to
      // take it for claimed would leave the message, and its group, invisible for minutes.
    } while (this.isFree(this.row));
    throw new IdempotencyItemAlreadyExistsError('the item is claimed or settled', this.row && this.recordOf(this.row));
  }

  /** Whether the row that was read last refuses no claim. */
  private isFree(row: LedgerRow | undefined): boolean {
    if (row === undefined) return true;
    const { owner, message, receives } = this.claim;
    const isHeld = row.claim !== undefined && row.claim.owner !== owner && row.claim.message === message && row.claim.receives >= receives;
    return !isHeld && !this.isSettled(row);
  }

  /** One request without retries: a heartbeat has no time for them, and asks again. */
  protected override async _getRecord(pk: string): Promise<IdempotencyRecord> {
    const { client, ledgerTable } = this.ports;
    const { Responses } = await client.batchGet({ RequestItems: { [ledgerTable]: { Keys: [{ [LEDGER.KEY]: pk }], ConsistentRead: true } } });
    const row = Responses?.[ledgerTable]?.[0] as LedgerRow | undefined;
    if (row === undefined) throw new Error('the row was not read');
    return this.recordOf(row);
  }

  /** What is done is told by the item's mark, which the lanes write under this claim's fence. */
  protected override async _updateRecord(): Promise<void> {}

  /** A claim is taken over, not deleted. */
  protected override async _deleteRecord(): Promise<void> {}

  private async isHeld(): Promise<boolean> {
    const { held } = this;
    if (held === undefined) return true;
    const { fence } = (await this.getRecord(held.pk)).getResponse() as { fence?: number };
    return fence === held.fence;
  }

  /** The conditional write. An answer that was lost is given again, because the owner is known. */
  private async take(pk: string, parked: boolean): Promise<boolean> {
    const { client, clock, random } = this.ports;
    try {
      const { Attributes } = await retryStore({ clock, random, signal: this.storeSignal! }, () => client.update(this.takeInput(pk, parked)));
      this.row = Attributes as unknown as LedgerRow;
      this.held = { pk, fence: this.row.fence! };
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  private takeInput(pk: string, parked: boolean): UpdateInput {
    const { clock, ledgerTable, settings: { subscriber } } = this.ports;
    const expires = Math.ceil(clock.now() / 1000) + LEDGER_ROW_SECONDS;
    return {
      TableName: ledgerTable,
      Key: { [LEDGER.KEY]: pk },
      UpdateExpression: 'SET #claim = :claim, #fence = if_not_exists(#fence, :zero) + :one, #mark = if_not_exists(#mark, :none), '
        + `#latest = if_not_exists(#latest, :none), #v = :v, #sub = :sub${parked ? '' : ', #exp = :exp'}`,
      ConditionExpression: `${CLAIMABLE} AND ${parked ? '#parked.#tail < :at' : 'attribute_not_exists(#parked)'}`,
      ExpressionAttributeNames: {
        '#claim': LEDGER.CLAIM,
        '#fence': LEDGER.FENCE,
        '#mark': LEDGER.MARK,
        '#latest': LEDGER.LATEST,
        '#v': LEDGER.VERSION,
        '#sub': LEDGER.SUBSCRIBER,
        '#parked': LEDGER.PARKED,
        '#owner': 'owner',
        '#message': 'message',
        '#receives': 'receives',
        ...(parked ? { '#tail': 'tail' } : { '#exp': LEDGER.EXPIRES }),
      },
      ExpressionAttributeValues: {
        ':claim': this.claim,
        ':owner': this.claim.owner,
        ':message': this.claim.message,
        ':receives': this.claim.receives,
        ':at': this.upTo,
        ':zero': 0,
        ':one': 1,
        ':none': '',
        ':v': LEDGER_VERSION,
        ':sub': subscriber,
        ...(!parked && { ':exp': expires }),
      },
      ReturnValues: 'ALL_NEW',
    };
  }

  private isSettled(row: LedgerRow): boolean {
    return (row.mark ?? '') >= this.upTo || (row.parked?.tail ?? '') >= this.upTo;
  }

  private recordOf(row: LedgerRow): IdempotencyRecord {
    return new IdempotencyRecord({
      idempotencyKey: row.pk,
      status: this.isSettled(row) ? IdempotencyRecordStatus.COMPLETED : IdempotencyRecordStatus.INPROGRESS,
      responseData: { owner: row.claim?.owner ?? '', fence: row.fence ?? 0 },
    });
  }
}
