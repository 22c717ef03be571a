import { MessageBody, messageJson } from './message-body';
import type { Message } from './messages';
import type { ObjectStore } from './ports';
import type { WantedChange } from './select';
import { ChangeEnvelope, claimKey, ENVELOPE_VERSION, FilterError, FIRST_GENERATION } from '../../contract/envelope';
import { Route } from '../../contract/routes';
import { StreamRecord } from '../change/record';
import { itemKey, unreadableItemKey } from '../ledger/item-key';

export interface ChangeScope {
  readonly table: string;
  readonly partitionKey?: string;
  /** Of changes that the mapping gave up: what tells their messages from those sent in the stream's turn. @default - they are sent in their turn */
  readonly generation?: string;
}

/** A change on its way to all targets: what they share is made once, and only when the first of them wants it. */
export class PreparedChange {
  /** The message that carries it alone, as the target before made it: the next one's is the same, unless that orders by another key. */
  public alone?: Message;
  /** How a target without a filter wants it. */
  public readonly wanted: WantedChange = { change: this };
  private jsonText?: string;
  private ownBody?: MessageBody;
  private claimed?: Promise<void>;
  private readonly groups: { ITEM?: string; PARTITION_KEY?: string } = {};

  public constructor(
    public readonly record: StreamRecord,
    public readonly sequenceNumber: string,
    public readonly at: string,
    private readonly scope: ChangeScope,
  ) {}

  /** The mapping gave it up. */
  public get isGivenUp(): boolean {
    return this.scope.generation !== undefined;
  }

  public get generation(): string {
    return this.scope.generation ?? FIRST_GENERATION;
  }

  public get json(): string {
    return (this.jsonText ??= messageJson(this.record));
  }

  /** The change alone in a message. */
  public get body(): MessageBody {
    return (this.ownBody ??= new MessageBody(envelope([this.json], this.isGivenUp)));
  }

  /** Message group: all changes that a target keeps in order share it. */
  public group(orderBy: Route['orderBy']): string {
    return (this.groups[orderBy] ??= this.hash(orderBy));
  }

  /**
   * Puts the change where the message can point to; for all targets once. What failed may be tried again.
   *
   * @param filterError what the target's filter said of the change, to go with it
   */
  public async claim(objects: ObjectStore, filterError?: FilterError): Promise<MessageBody> {
    const key = claimKey(this.at);
    const claiming: ChangeEnvelope = { v: ENVELOPE_VERSION, claim: { bucket: objects.bucket, key }, ...this.flags(filterError) };
    if (this.claimed === undefined) {
      const attempt = objects.put(key, this.json);
      attempt.catch(() => { this.claimed = undefined; });
      this.claimed = attempt;
    }
    await this.claimed;
    return new MessageBody(messageJson(claiming));
  }

  /** What an envelope says of the change besides. */
  public flags(filterError?: FilterError): Pick<ChangeEnvelope, 'filterError' | 'givenUp'> {
    return { ...(this.isGivenUp && { givenUp: true }), ...(filterError && { filterError }) };
  }

  private hash(orderBy: Route['orderBy']): string {
    const scope = { subscriber: '', table: this.scope.table };
    const partitionKey = orderBy === 'PARTITION_KEY' ? this.scope.partitionKey : undefined;
    return itemKey(scope, this.record.dynamodb?.Keys, partitionKey) ?? unreadableItemKey(scope, this.at);
  }
}

/** The records are JSON already: writing them again would cost as much as all else. */
export function envelope(changes: readonly string[], isGivenUp: boolean): string {
  return `{"v":${ENVELOPE_VERSION},"changes":[${changes.join(',')}]${isGivenUp ? ',"givenUp":true' : ''}}`;
}
