import { ChangeFilter } from '../change-filter';
import { binaryValue, setMembers } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/**
 * What can be said of an attribute of type BS; members are given in base64. Every statement but `absent()` and `changed()` is false for
 * another type.
 */
export class BinarySetAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): BinarySetAttribute {
    return new BinarySetAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'BS';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): BinarySetAttribute {
    return new BinarySetAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /**
   * The set has this member.
   *
   * @param member in base64
   */
  public contains(member: string): ChangeFilter {
    return filterAt(this._place, { node: 'contains', in: 'BS', value: { B: binaryValue(this._where('contains'), member) } });
  }

  /**
   * The set has these members and no other, in any order.
   *
   * @param members at least one, each once
   */
  public equalTo(members: string[]): ChangeFilter {
    const BS = setMembers(this._where('equalTo'), members, (where, member) => ({ B: binaryValue(where, member) }));
    return filterAt(this._place, { node: 'equalsSet', value: { BS } });
  }
}
