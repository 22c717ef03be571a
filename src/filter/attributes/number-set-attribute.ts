import { ChangeFilter } from '../change-filter';
import { decimalValue, numberValue, setMembers } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/** What can be said of an attribute of type NS. Every statement but `absent()` and `changed()` is false for another type. */
export class NumberSetAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): NumberSetAttribute {
    return new NumberSetAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'NS';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): NumberSetAttribute {
    return new NumberSetAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /**
   * The set has this member.
   *
   * @param member a number, compared by value
   */
  public contains(member: number): ChangeFilter {
    return filterAt(this._place, { node: 'contains', in: 'NS', value: { N: numberValue(this._where('contains'), member) } });
  }

  /**
   * The set has this member. For numbers beyond what a JavaScript number holds.
   *
   * @param member decimal text, compared by value
   */
  public containsDecimal(member: string): ChangeFilter {
    return filterAt(this._place, { node: 'contains', in: 'NS', value: { N: decimalValue(this._where('containsDecimal'), member) } });
  }

  /**
   * The set has these members and no other, in any order.
   *
   * @param members at least one, each once
   */
  public equalTo(members: number[]): ChangeFilter {
    const NS = setMembers(this._where('equalTo'), members, (where, member) => ({ N: numberValue(where, member) }));
    return filterAt(this._place, { node: 'equalsSet', value: { NS } });
  }

  /**
   * The set has these members and no other, in any order. For numbers beyond what a JavaScript number holds.
   *
   * @param members at least one, each once
   */
  public equalToDecimal(members: string[]): ChangeFilter {
    const NS = setMembers(this._where('equalToDecimal'), members, (where, member) => ({ N: decimalValue(where, member) }));
    return filterAt(this._place, { node: 'equalsSet', value: { NS } });
  }
}
