import { ChangeFilter } from '../change-filter';
import { boolValue } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { TypedAttribute } from './typed-attribute';

/** What can be said of an attribute of type BOOL. Every statement but `absent()` and `changed()` is false for another type. */
export class BoolAttribute extends TypedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): BoolAttribute {
    return new BoolAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'BOOL';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): BoolAttribute {
    return new BoolAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /** The attribute is true. */
  public isTrue(): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: [{ BOOL: true }] });
  }

  /** The attribute is false; a missing one is not. */
  public isFalse(): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: [{ BOOL: false }] });
  }

  /**
   * The attribute has this value now and had not before: it had the other, was missing or of another type, or the item is new.
   *
   * @param value the new image's value
   */
  public changedTo(value: boolean): ChangeFilter {
    return this._changedTo({ BOOL: boolValue(this._where('changedTo'), value) });
  }
}
