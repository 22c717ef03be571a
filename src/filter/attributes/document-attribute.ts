import { AttributePlace, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/**
 * What can be said of an attribute of type M (a map) as a whole; say what is inside with `Attr.path`. Every statement but `absent()`
 * and `changed()` is false for another type.
 */
export class DocumentAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): DocumentAttribute {
    return new DocumentAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'M';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): DocumentAttribute {
    return new DocumentAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

}
