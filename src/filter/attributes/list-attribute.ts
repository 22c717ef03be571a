import { FilterValue } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { boolValue, decimalValue, numberValue, textValue } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/** What can be said of an attribute of type L. Every statement but `absent()` and `changed()` is false for another type. */
export class ListAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): ListAttribute {
    return new ListAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'L';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): ListAttribute {
    return new ListAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /**
   * One of the list's own elements is this text.
   *
   * @param element a text
   */
  public containsText(element: string): ChangeFilter {
    return this._contains({ S: textValue(this._where('containsText'), element) });
  }

  /**
   * One of the list's own elements is this number, by value.
   *
   * @param element a number
   */
  public containsNumber(element: number): ChangeFilter {
    return this._contains({ N: numberValue(this._where('containsNumber'), element) });
  }

  /**
   * One of the list's own elements is this number, by value. For numbers beyond what a JavaScript number holds.
   *
   * @param element decimal text
   */
  public containsNumberDecimal(element: string): ChangeFilter {
    return this._contains({ N: decimalValue(this._where('containsNumberDecimal'), element) });
  }

  /**
   * One of the list's own elements is this boolean.
   *
   * @param element true or false
   */
  public containsBool(element: boolean): ChangeFilter {
    return this._contains({ BOOL: boolValue(this._where('containsBool'), element) });
  }

  private _contains(value: FilterValue): ChangeFilter {
    return filterAt(this._place, { node: 'contains', in: 'L', value });
  }
}
