import { AttributeValue, RawItem, readItem, sameValue } from './attribute-value';
import { StreamRecord } from './record';

/** An item whose attributes are not described by a type of the user's. */
export type Item = { readonly [attribute: string]: AttributeValue };

interface ChangeBase {
  /** The item's primary key. */
  readonly keys: Item;
  /** DynamoDB's id of the stream record. */
  readonly eventID: string;
  /** Place of the change in its shard: an integer of up to 40 digits, ordered per item. */
  readonly sequenceNumber: string;
  /** When DynamoDB wrote the change, to the second. */
  readonly approximateCreationDateTime: Date;
  /** True when DynamoDB deleted the item because its time to live had passed; replicated deletions may not say so. */
  readonly expiredByTtl: boolean;
  /**
   * True when the attribute differs between the images; one that appears or disappears counts as changed.
   * Guards a handler that writes to its own table against answering itself.
   */
  changed(attribute: string): boolean;
}

/** A new item. */
export interface InsertChange<T = Item> extends ChangeBase {
  readonly eventName: 'INSERT';
  readonly newImage: T;
  readonly oldImage?: undefined;
}

/** An item that was overwritten or updated. */
export interface ModifyChange<T = Item> extends ChangeBase {
  readonly eventName: 'MODIFY';
  readonly newImage: T;
  readonly oldImage: T;
}

/** An item that was deleted, by a writer or by its time to live. */
export interface RemoveChange<T = Item> extends ChangeBase {
  readonly eventName: 'REMOVE';
  readonly newImage?: undefined;
  readonly oldImage: T;
}

/** One change of one item, in DynamoDB's own vocabulary. Images are read when first asked for. */
export type Change<T = Item> = InsertChange<T> | ModifyChange<T> | RemoveChange<T>;

class LazyChange {
  public readonly eventName: string;
  public readonly eventID: string;
  readonly #record: StreamRecord;
  #keys?: Item;
  #newImage?: Item;
  #oldImage?: Item;

  public constructor(record: StreamRecord) {
    this.#record = record;
    this.eventName = record.eventName ?? '';
    this.eventID = record.eventID ?? '';
  }

  public get keys(): Item {
    return (this.#keys ??= read(this.#record.dynamodb?.Keys) ?? {});
  }

  public get newImage(): Item | undefined {
    return (this.#newImage ??= read(this.#record.dynamodb?.NewImage));
  }

  public get oldImage(): Item | undefined {
    return (this.#oldImage ??= read(this.#record.dynamodb?.OldImage));
  }

  public get sequenceNumber(): string {
    return this.#record.dynamodb?.SequenceNumber ?? '';
  }

  public get approximateCreationDateTime(): Date {
    return new Date((this.#record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000);
  }

  public get expiredByTtl(): boolean {
    const identity = this.#record.userIdentity;
    return (identity?.type ?? identity?.Type) === 'Service' && (identity?.principalId ?? identity?.PrincipalId) === 'dynamodb.amazonaws.com';
  }

  public changed(attribute: string): boolean {
    const images = this.#record.dynamodb;
    return !sameValue(own(images?.OldImage, attribute), own(images?.NewImage, attribute));
  }
}

function read(item: RawItem | undefined): Item | undefined {
  return item && readItem(item);
}

function own(item: RawItem | undefined, attribute: string): RawItem[string] | undefined {
  return item && Object.hasOwn(item, attribute) ? item[attribute] : undefined;
}

export function readChange(record: StreamRecord): Change {
  return new LazyChange(record) as unknown as Change;
}
