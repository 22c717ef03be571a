import { FilterImage, FilterOperand } from '../../contract/filter';

/** An attribute value as it stands in a stream event: one member, named by its type. */
export interface Value {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly Value[];
  readonly M?: Image;
}

export type Image = { readonly [name: string]: Value };

/** A stream record as far as filters look at it. */
export interface FilterableRecord {
  readonly eventName?: string;
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string } | null;
  readonly dynamodb?: { readonly Keys?: Image; readonly NewImage?: Image; readonly OldImage?: Image };
}

const MEMBER = { NEW_IMAGE: 'NewImage', OLD_IMAGE: 'OldImage', KEYS: 'Keys' } as const;

export function imageOf(record: FilterableRecord, image: FilterImage): Image | undefined {
  return record.dynamodb?.[MEMBER[image]] ?? undefined;
}

/** The value at the path, or undefined when any part of it is missing or no map. */
export function valueAt(image: Image | undefined, path: readonly string[]): Value | undefined {
  let members = image;
  let value: Value | undefined;
  for (let depth = 0; depth < path.length; depth++) {
    // An attribute may be called `constructor`: only what the item itself holds counts.
    if (!members || !Object.hasOwn(members, path[depth])) return undefined;
    value = members[path[depth]];
    members = value.M;
  }
  return value;
}

export type Read = (record: FilterableRecord) => Value | undefined;

/** Reads one operand; top-level attributes, the most common by far, get the shortest way. */
export function reader({ image, path }: FilterOperand): Read {
  const member = MEMBER[image];
  if (path.length > 1) return (record) => valueAt(record.dynamodb?.[member], path);
  const name = path[0];
  return (record) => {
    const members = record.dynamodb?.[member];
    return members && Object.hasOwn(members, name) ? members[name] : undefined;
  };
}
