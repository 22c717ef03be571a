import { FilterComparison } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { compareDecimals } from '../model/decimal';
import { checkBounds, decimalValue, listValues, numberValue } from '../values';
import { acrossImages, AttributePlace, bothImages, filterAt, inImage } from './place';
import { TypedAttribute } from './typed-attribute';

/** What can be said of an attribute of type N. Numbers compare as DynamoDB's decimals of 38 digits, not as JavaScript numbers; every
 * method that takes a number has a sibling that takes decimal text. Every statement but `absent()` and `changed()` is false for
 * another type. */
export class NumberAttribute extends TypedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): NumberAttribute {
    return new NumberAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'N';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): NumberAttribute {
    return new NumberAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /** The same attribute as a key of the item, which every change carries, whatever the stream's view type. */
  public ofKeys(): NumberAttribute {
    return new NumberAttribute(inImage(this._place, 'KEYS'));
  }

  /**
   * The number is this one, by value: 1, 1.0 and 1E0 are the same.
   *
   * @param value within DynamoDB's 38 digits
   */
  public equalTo(value: number): ChangeFilter {
    return this._equals([numberValue(this._where('equalTo'), value)]);
  }

  /**
   * The number is this one, by value: 1, 1.0 and 1E0 are the same. For numbers beyond what a JavaScript number holds.
   *
   * @param value decimal text; within DynamoDB's 38 digits
   */
  public equalToDecimal(value: string): ChangeFilter {
    return this._equals([decimalValue(this._where('equalToDecimal'), value)]);
  }

  /**
   * The number is one of these, by value.
   *
   * @param values at least one
   */
  public oneOf(values: number[]): ChangeFilter {
    return this._equals(many(this._where('oneOf'), values, numberValue));
  }

  /**
   * The number is one of these, by value. For numbers beyond what a JavaScript number holds.
   *
   * @param values decimal texts; at least one
   */
  public oneOfDecimal(values: string[]): ChangeFilter {
    return this._equals(many(this._where('oneOfDecimal'), values, decimalValue));
  }

  /**
   * The attribute is a number and none of these, by value.
   *
   * @param values at least one
   */
  public noneOf(values: number[]): ChangeFilter {
    return this._noneOf(many(this._where('noneOf'), values, numberValue).map((N) => ({ N })));
  }

  /**
   * The attribute is a number and none of these, by value. For numbers beyond what a JavaScript number holds.
   *
   * @param values decimal texts; at least one
   */
  public noneOfDecimal(values: string[]): ChangeFilter {
    return this._noneOf(many(this._where('noneOfDecimal'), values, decimalValue).map((N) => ({ N })));
  }

  /**
   * The number is below this one.
   *
   * @param bound does not belong to what matches
   */
  public lessThan(bound: number): ChangeFilter {
    return this._compare('LT', numberValue(this._where('lessThan'), bound));
  }

  /**
   * The number is below this one. For numbers beyond what a JavaScript number holds.
   *
   * @param bound decimal text; does not belong to what matches
   */
  public lessThanDecimal(bound: string): ChangeFilter {
    return this._compare('LT', decimalValue(this._where('lessThanDecimal'), bound));
  }

  /**
   * The number is below this one, or is it.
   *
   * @param bound belongs to what matches
   */
  public lessThanOrEqualTo(bound: number): ChangeFilter {
    return this._compare('LE', numberValue(this._where('lessThanOrEqualTo'), bound));
  }

  /**
   * The number is below this one, or is it. For numbers beyond what a JavaScript number holds.
   *
   * @param bound decimal text; belongs to what matches
   */
  public lessThanOrEqualToDecimal(bound: string): ChangeFilter {
    return this._compare('LE', decimalValue(this._where('lessThanOrEqualToDecimal'), bound));
  }

  /**
   * The number is above this one.
   *
   * @param bound does not belong to what matches
   */
  public greaterThan(bound: number): ChangeFilter {
    return this._compare('GT', numberValue(this._where('greaterThan'), bound));
  }

  /**
   * The number is above this one. For numbers beyond what a JavaScript number holds.
   *
   * @param bound decimal text; does not belong to what matches
   */
  public greaterThanDecimal(bound: string): ChangeFilter {
    return this._compare('GT', decimalValue(this._where('greaterThanDecimal'), bound));
  }

  /**
   * The number is above this one, or is it.
   *
   * @param bound belongs to what matches
   */
  public greaterThanOrEqualTo(bound: number): ChangeFilter {
    return this._compare('GE', numberValue(this._where('greaterThanOrEqualTo'), bound));
  }

  /**
   * The number is above this one, or is it. For numbers beyond what a JavaScript number holds.
   *
   * @param bound decimal text; belongs to what matches
   */
  public greaterThanOrEqualToDecimal(bound: string): ChangeFilter {
    return this._compare('GE', decimalValue(this._where('greaterThanOrEqualToDecimal'), bound));
  }

  /**
   * The number lies between these. Both bounds belong to what matches.
   *
   * @param lower at most `upper`
   * @param upper at least `lower`
   */
  public between(lower: number, upper: number): ChangeFilter {
    const where = this._where('between');
    return this._between(where, numberValue(where, lower), numberValue(where, upper));
  }

  /**
   * The number lies between these. Both bounds belong to what matches. For numbers beyond what a JavaScript number holds.
   *
   * @param lower decimal text; at most `upper`
   * @param upper decimal text; at least `lower`
   */
  public betweenDecimal(lower: string, upper: string): ChangeFilter {
    const where = this._where('betweenDecimal');
    return this._between(where, decimalValue(where, lower), decimalValue(where, upper));
  }

  /**
   * The number is this one now and was not before: it was another, the attribute was missing or of another type, or the item is new.
   *
   * @param value within DynamoDB's 38 digits
   */
  public changedTo(value: number): ChangeFilter {
    return this._changedTo({ N: numberValue(this._where('changedTo'), value) });
  }

  /**
   * The number is this one now and was not before: it was another, the attribute was missing or of another type, or the item is new. For numbers beyond what a JavaScript number holds.
   *
   * @param value decimal text; within DynamoDB's 38 digits
   */
  public changedToDecimal(value: string): ChangeFilter {
    return this._changedTo({ N: decimalValue(this._where('changedToDecimal'), value) });
  }

  /**
   * The number was one and is the other now. Never true of an INSERT or a REMOVE.
   *
   * @param from the old image's value
   * @param to the new image's value, another one
   */
  public transitioned(from: number, to: number): ChangeFilter {
    const where = this._where('transitioned');
    return this._moved(where, numberValue(where, from), numberValue(where, to));
  }

  /**
   * The number was one and is the other now. Never true of an INSERT or a REMOVE. For numbers beyond what a JavaScript number holds.
   *
   * @param from decimal text; the old image's value
   * @param to decimal text; the new image's value, another one
   */
  public transitionedDecimal(from: string, to: string): ChangeFilter {
    const where = this._where('transitionedDecimal');
    return this._moved(where, decimalValue(where, from), decimalValue(where, to));
  }

  /**
   * The number is in both images and rose by this much or more.
   *
   * @param amount above 0
   */
  public increasedBy(amount: number): ChangeFilter {
    return this._by('UP', this._where('increasedBy'), numberValue(this._where('increasedBy'), amount));
  }

  /**
   * The number is in both images and rose by this much or more. For numbers beyond what a JavaScript number holds.
   *
   * @param amount decimal text; above 0
   */
  public increasedByDecimal(amount: string): ChangeFilter {
    return this._by('UP', this._where('increasedByDecimal'), decimalValue(this._where('increasedByDecimal'), amount));
  }

  /**
   * The number is in both images and fell by this much or more.
   *
   * @param amount above 0
   */
  public decreasedBy(amount: number): ChangeFilter {
    return this._by('DOWN', this._where('decreasedBy'), numberValue(this._where('decreasedBy'), amount));
  }

  /**
   * The number is in both images and fell by this much or more. For numbers beyond what a JavaScript number holds.
   *
   * @param amount decimal text; above 0
   */
  public decreasedByDecimal(amount: string): ChangeFilter {
    return this._by('DOWN', this._where('decreasedByDecimal'), decimalValue(this._where('decreasedByDecimal'), amount));
  }

  /**
   * The number is in both images, was at most this one, and is above it now.
   *
   * @param bound was not passed before, is passed now
   */
  public increasedAbove(bound: number): ChangeFilter {
    return this._crossed('LE', 'GT', numberValue(this._where('increasedAbove'), bound));
  }

  /**
   * The number is in both images, was at most this one, and is above it now. For numbers beyond what a JavaScript number holds.
   *
   * @param bound decimal text; was not passed before, is passed now
   */
  public increasedAboveDecimal(bound: string): ChangeFilter {
    return this._crossed('LE', 'GT', decimalValue(this._where('increasedAboveDecimal'), bound));
  }

  /**
   * The number is in both images, was at least this one, and is below it now.
   *
   * @param bound was not passed before, is passed now
   */
  public decreasedBelow(bound: number): ChangeFilter {
    return this._crossed('GE', 'LT', numberValue(this._where('decreasedBelow'), bound));
  }

  /**
   * The number is in both images, was at least this one, and is below it now. For numbers beyond what a JavaScript number holds.
   *
   * @param bound decimal text; was not passed before, is passed now
   */
  public decreasedBelowDecimal(bound: string): ChangeFilter {
    return this._crossed('GE', 'LT', decimalValue(this._where('decreasedBelowDecimal'), bound));
  }

  private _equals(values: readonly string[]): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: values.map((N) => ({ N })) });
  }

  private _compare(op: FilterComparison, N: string): ChangeFilter {
    return filterAt(this._place, { node: 'compare', op, value: { N } });
  }

  private _between(where: string, lower: string, upper: string): ChangeFilter {
    checkBounds(where, lower, upper);
    return ChangeFilter.allOf(this._compare('GE', lower), this._compare('LE', upper));
  }

  private _moved(where: string, from: string, to: string): ChangeFilter {
    if (compareDecimals(from, to) === 0) throw new Error(`${where}: from and to are both ${from}. Use two different values.`);
    return this._transitioned({ N: from }, { N: to });
  }

  private _by(direction: 'UP' | 'DOWN', where: string, by: string): ChangeFilter {
    if (compareDecimals(by, '0') <= 0) throw new Error(`${where}: the amount ${by} is not above 0. Use increasedBy and decreasedBy for the two directions.`);
    return ChangeFilter._of({ node: 'moved', path: acrossImages(this._place, direction === 'UP' ? 'increasedBy' : 'decreasedBy'), direction, by });
  }

  private _crossed(was: FilterComparison, is: FilterComparison, N: string): ChangeFilter {
    const { before, after } = bothImages(this._place, is === 'GT' ? 'increasedAbove' : 'decreasedBelow');
    return ChangeFilter.allOf(
      filterAt(before, { node: 'compare', op: was, value: { N } }),
      filterAt(after, { node: 'compare', op: is, value: { N } }),
    );
  }
}

function many<T>(where: string, values: T[], each: (where: string, value: T) => string): string[] {
  return listValues(where, values, (_, value) => ({ N: each(where, value) })).map(({ N }) => N!);
}
