import { FilterImage, FilterNode } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';

/** Which attribute, in which image, and how the user wrote it. */
export interface AttributePlace {
  readonly image: FilterImage;
  readonly path: readonly string[];
  /** Such as `Attr.number('amount')`, for error messages. */
  readonly label: string;
}

export function inImage(place: AttributePlace, image: FilterImage): AttributePlace {
  return { ...place, image, label: `${place.label}.${image === 'KEYS' ? 'ofKeys' : 'ofOldImage'}()` };
}

type OperandNode = Extract<FilterNode, { readonly image: FilterImage }>;
type WithoutPlace<T> = T extends unknown ? Omit<T, 'image' | 'path'> : never;

export function filterAt({ image, path }: AttributePlace, rest: WithoutPlace<OperandNode>): ChangeFilter {
  return ChangeFilter._of({ ...rest, image, path } as FilterNode);
}

/** The path of a statement about both images, which a place in one of them cannot make. */
export function acrossImages({ image, path, label }: AttributePlace, method: string): readonly string[] {
  if (image !== 'NEW_IMAGE') throw new Error(`${label}.${method}: it compares the old image with the new one. Leave out ofOldImage() or ofKeys().`);
  return path;
}

/** The same place in both images: what was, and what is. */
export function bothImages(place: AttributePlace, method: string): { readonly before: AttributePlace; readonly after: AttributePlace } {
  acrossImages(place, method);
  return { before: { ...place, image: 'OLD_IMAGE' }, after: place };
}
