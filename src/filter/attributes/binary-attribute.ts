import { FilterValue } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { binaryValue, listValues } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/**
 * What can be said of an attribute of type B. Bytes are given in standard base64 with padding. Every statement but `absent()` and
 * `changed()` is false for another type.
 */
export class BinaryAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): BinaryAttribute {
    return new BinaryAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'B';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): BinaryAttribute {
    return new BinaryAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /** The same attribute as a key of the item, which every change carries, whatever the stream's view type. */
  public ofKeys(): BinaryAttribute {
    return new BinaryAttribute(inImage(this._place, 'KEYS'));
  }

  /**
   * The bytes are these.
   *
   * @param base64 may be empty
   */
  public equalTo(base64: string): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: [binary(this._where('equalTo'), base64)] });
  }

  /**
   * The bytes are one of these.
   *
   * @param values at least one, each in base64
   */
  public oneOf(values: string[]): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: listValues(this._where('oneOf'), values, binary) });
  }

  /**
   * The bytes begin with these.
   *
   * @param base64 one byte or more
   */
  public beginsWith(base64: string): ChangeFilter {
    const where = this._where('beginsWith');
    if (base64 === '') throw new Error(`${where}: every binary begins with no bytes. Use exists() to ask for a binary.`);
    return filterAt(this._place, { node: 'beginsWith', value: binary(where, base64) });
  }
}

function binary(where: string, base64: string): FilterValue {
  return { B: binaryValue(where, base64) };
}
