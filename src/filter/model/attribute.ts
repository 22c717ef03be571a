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

export type Read = (record: FilterableRecord) => Value | undefined;
export type ReadImage = (image: Image | undefined) => Value | undefined;

/** Reads one operand. */
export function reader({ image, path }: FilterOperand): Read {
  const member = MEMBER[image];
  const read = imageReader(path);
  return (record) => read(record.dynamodb?.[member]);
}

/** Reads the value at the path: undefined when any part of it is missing or no map. */
export function imageReader([name, ...inner]: readonly string[]): ReadImage {
  const read = memberReader(name);
  if (inner.length === 0) return read;
  const rest = imageReader(inner);
  return (image) => rest(read(image)?.M);
}

function memberReader(name: string): ReadImage {
  // An attribute may be called `constructor`; the check that it is the item's own costs, and only such names need it.
  if (!(name in Object.prototype)) return (image) => image?.[name];
  return (image) => (image && Object.hasOwn(image, name) ? image[name] : undefined);
}
