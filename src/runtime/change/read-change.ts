import type { RawItem } from './attribute-value';
import type { Change, Item } from './change';
import { readItem } from './read-value';
import type { StreamRecord } from './record';
import { sameValue } from '../../filter/model';

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
