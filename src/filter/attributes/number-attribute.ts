import { FilterComparison } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { checkBounds, decimalValue, listValues, numberValue } from '../values';
import { MovingNumberAttribute } from './moving-number-attribute';
import { AttributePlace, filterAt, inImage } from './place';

/**
 * What can be said of an attribute of type N. Numbers compare as DynamoDB's decimals of 38 digits, not as JavaScript numbers; every
 * method that takes a number has a sibling that takes decimal text. Every statement but `absent()` and `changed()` is false for
 * another type.
 */
export class NumberAttribute extends MovingNumberAttribute {
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
}

function many<T>(where: string, values: T[], each: (where: string, value: T) => string): string[] {
  return listValues(where, values, (_, value) => ({ N: each(where, value) })).map(({ N }) => N!);
}
