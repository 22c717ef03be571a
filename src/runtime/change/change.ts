import type { AttributeValue } from './attribute-value';
import type { ChangeJson } from '../../contract/change-json';

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
  readonly changed: (attribute: string) => boolean;
  /**
   * The lossless JSON form of the change, which `JSON.stringify(change)` writes and `changeFromJson` reads. It shows the change as it was delivered, whatever was
   * done to its images since.
   */
  toJSON(): ChangeJson;
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

/**
 * One change of one item, in DynamoDB's own vocabulary. Images are read when first asked for.
 *
 * A spread copy has all properties but `toJSON`. `structuredClone` refuses a change: send `JSON.stringify(change)` instead.
 */
export type Change<T = Item> = InsertChange<T> | ModifyChange<T> | RemoveChange<T>;
