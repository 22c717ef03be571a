import { ChangeFilter } from '../change-filter';
import { AttributePlace, filterAt, inImage } from './place';
import { TypedAttribute } from './typed-attribute';

/** What can be said of an attribute of no stated type: here `exists()` is true for every type, NULL included. */
export class AnyAttribute extends TypedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): AnyAttribute {
    return new AnyAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = undefined;

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): AnyAttribute {
    return new AnyAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /** The attribute is there and NULL, which is a type of its own: a missing attribute is not NULL. */
  public isNull(): ChangeFilter {
    return filterAt(this._place, { node: 'exists', type: 'NULL' });
  }
}
