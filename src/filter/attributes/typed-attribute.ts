import { FilterAttributeType, FilterValue } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { sizeValue } from '../values';
import { acrossImages, AttributePlace, bothImages, filterAt } from './place';

/**
 * What can be said of an attribute whatever its type. A statement on an attribute is false where its image is missing:
 * an INSERT has no old image, a REMOVE no new one.
 */
export abstract class TypedAttribute {
  /** @internal */
  protected abstract readonly _place: AttributePlace;
  /** @internal */
  protected abstract readonly _type: FilterAttributeType | undefined;

  protected constructor() {}

  /** The attribute is there, with this type. Any other type, NULL included, does not count. */
  public exists(): ChangeFilter {
    return filterAt(this._place, { node: 'exists', ...(this._type && { type: this._type }) });
  }

  /** The image is there and the attribute is not, with no type whatever. */
  public absent(): ChangeFilter {
    return filterAt(this._place, { node: 'absent' });
  }

  /**
   * The value differs between the old image and the new one. A missing image has no attributes, so an attribute that appears
   * (on INSERT, too) or disappears has changed. Numbers compare by value, sets and maps without order.
   *
   * Fails after `ofOldImage()` or `ofKeys()`.
   */
  public changed(): ChangeFilter {
    return ChangeFilter._of({ node: 'changed', path: acrossImages(this._place, 'changed') });
  }

  /** @internal */
  protected _where(method: string): string {
    return `${this._place.label}.${method}`;
  }

  /** @internal */
  protected _noneOf(values: readonly FilterValue[]): ChangeFilter {
    return ChangeFilter.allOf(this.exists(), ChangeFilter.negate(filterAt(this._place, { node: 'equals', oneOf: values })));
  }

  /** @internal */
  protected _changedTo(value: FilterValue): ChangeFilter {
    const { before, after } = bothImages(this._place, 'changedTo');
    return ChangeFilter.allOf(
      filterAt(after, { node: 'equals', oneOf: [value] }),
      ChangeFilter.negate(filterAt(before, { node: 'equals', oneOf: [value] })),
    );
  }

  /** @internal */
  protected _transitioned(from: FilterValue, to: FilterValue): ChangeFilter {
    const { before, after } = bothImages(this._place, 'transitioned');
    return ChangeFilter.allOf(filterAt(before, { node: 'equals', oneOf: [from] }), filterAt(after, { node: 'equals', oneOf: [to] }));
  }
}

/** What can be said of an attribute that has a size. */
export abstract class SizedAttribute extends TypedAttribute {
  /**
   * The attribute has exactly this size: characters (code points) of a text, bytes of a binary, members of a set, list or map.
   *
   * @param size a whole number from 0
   */
  public sizeEqualTo(size: number): ChangeFilter {
    const value = sizeValue(this._where('sizeEqualTo'), size);
    return this._sized(value, value);
  }

  /**
   * The attribute has at least this size: characters (code points) of a text, bytes of a binary, members of a set, list or map.
   *
   * @param size a whole number from 1
   */
  public sizeAtLeast(size: number): ChangeFilter {
    const where = this._where('sizeAtLeast');
    if (sizeValue(where, size) === 0) throw new Error(`${where}: every size is at least 0. Use exists() to ask for the attribute.`);
    return this._sized(size);
  }

  /**
   * The attribute has at most this size: characters (code points) of a text, bytes of a binary, members of a set, list or map.
   *
   * @param size a whole number from 0
   */
  public sizeAtMost(size: number): ChangeFilter {
    return this._sized(0, sizeValue(this._where('sizeAtMost'), size));
  }

  private _sized(min: number, max?: number): ChangeFilter {
    return filterAt(this._place, { node: 'size', type: this._type!, min, ...(max !== undefined && { max }) });
  }
}
