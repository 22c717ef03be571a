import type { RawItem } from './attribute-value';
import type { Change, Item } from './change';
import { readItem } from './read-value';
import type { StreamRecord } from './record';
import { CHANGE_JSON_VERSION, ChangeJson } from '../../contract/change-json';
import { sameValue } from '../../filter/model';

/**
 * A change, whose images are read when they are first asked for. All that it says are properties of its own, so that a spread copy is complete. They are accessors that all changes
 * share: a closure for each made a change cost three times as much.
 */
class LazyChange {
  private static readonly accessors = {
    approximateCreationDateTime: accessor((change) => new Date(change.createdAt)),
    keys: accessor((change) => (change.#keys ??= read(change.#record.dynamodb?.Keys) ?? {})),
    newImage: accessor((change) => (change.#newImage ??= read(change.#record.dynamodb?.NewImage))),
    oldImage: accessor((change) => (change.#oldImage ??= read(change.#record.dynamodb?.OldImage))),
  };

  public readonly eventName: string;
  public readonly eventID: string;
  public readonly sequenceNumber: string;
  public readonly expiredByTtl: boolean;
  /** A function of its own, so that it works without the change. `structuredClone` refuses a change for it: the copy would have lost its class. */
  public readonly changed: (attribute: string) => boolean;
  readonly #record: StreamRecord;
  #keys?: Item;
  #newImage?: Item;
  #oldImage?: Item;

  public constructor(record: StreamRecord) {
    const { eventName = '', eventID = '', dynamodb = {} } = record;
    this.#record = record;
    this.eventName = eventName;
    this.eventID = eventID;
    this.sequenceNumber = dynamodb.SequenceNumber ?? '';
    this.expiredByTtl = isExpiry(record);
    const { approximateCreationDateTime, keys, newImage, oldImage } = LazyChange.accessors;
    Object.defineProperty(this, 'approximateCreationDateTime', approximateCreationDateTime);
    Object.defineProperty(this, 'keys', keys);
    if (dynamodb.NewImage !== undefined) Object.defineProperty(this, 'newImage', newImage);
    if (dynamodb.OldImage !== undefined) Object.defineProperty(this, 'oldImage', oldImage);
    this.changed = (attribute) => !sameValue(own(dynamodb.OldImage, attribute), own(dynamodb.NewImage, attribute));
  }

  /** No property of its own: a spread copy, which may have been altered, must not write what the change was. */
  public get toJSON(): () => ChangeJson {
    return () => this.json();
  }

  public [Symbol.for('nodejs.util.inspect.custom')](): object {
    return { ...this };
  }

  /** Epoch milliseconds. */
  private get createdAt(): number {
    return Math.round((this.#record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000);
  }

  private json(): ChangeJson {
    const { Keys = {}, NewImage, OldImage } = this.#record.dynamodb ?? {};
    // A copy: the record is what the failure store keeps.
    return structuredClone({
      formatVersion: CHANGE_JSON_VERSION,
      eventName: this.eventName,
      eventID: this.eventID,
      sequenceNumber: this.sequenceNumber,
      approximateCreationDateTime: new Date(this.createdAt).toISOString(),
      expiredByTtl: this.expiredByTtl,
      keys: Keys,
      ...(NewImage !== undefined && { newImage: NewImage }),
      ...(OldImage !== undefined && { oldImage: OldImage }),
    });
  }
}

function accessor(get: (change: LazyChange) => unknown): PropertyDescriptor {
  return { enumerable: true, get(this: LazyChange) { return get(this); } };
}

function isExpiry({ userIdentity }: StreamRecord): boolean {
  return (userIdentity?.type ?? userIdentity?.Type) === 'Service' && (userIdentity?.principalId ?? userIdentity?.PrincipalId) === TTL_PRINCIPAL;
}

/** Who deletes what time to live has expired. */
export const TTL_PRINCIPAL = 'dynamodb.amazonaws.com';

function read(item: RawItem | undefined): Item | undefined {
  return item && readItem(item);
}

function own(item: RawItem | undefined, attribute: string): RawItem[string] | undefined {
  return item && Object.hasOwn(item, attribute) ? item[attribute] : undefined;
}

export function readChange(record: StreamRecord): Change {
  return new LazyChange(record) as unknown as Change;
}
