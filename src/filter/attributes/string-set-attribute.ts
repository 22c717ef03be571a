import { ChangeFilter } from '../change-filter';
import { setMembers, textValue } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/** What can be said of an attribute of type SS. Every statement but `absent()` and `changed()` is false for another type. */
export class StringSetAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): StringSetAttribute {
    return new StringSetAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'SS';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): StringSetAttribute {
    return new StringSetAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /**
   * The set has this member.
   *
   * @param member a text
   */
  public contains(member: string): ChangeFilter {
    return filterAt(this._place, { node: 'contains', in: 'SS', value: { S: textValue(this._where('contains'), member) } });
  }

  /**
   * The set has these members and no other, in any order.
   *
   * @param members at least one, each once
   */
  public equalTo(members: string[]): ChangeFilter {
    const SS = setMembers(this._where('equalTo'), members, (where, member) => ({ S: textValue(where, member) }));
    return filterAt(this._place, { node: 'equalsSet', value: { SS } });
  }
}
