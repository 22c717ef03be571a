import { FilterComparison } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { compareDecimals } from '../model/decimal';
import { decimalValue, numberValue } from '../values';
import { acrossImages, bothImages, filterAt } from './place';
import { TypedAttribute } from './typed-attribute';

/**
 * What can be said of a number by comparing the old image with the new one. Fails after `ofOldImage()` or `ofKeys()`. A key never changes: for a key
 * attribute synth fails for what asks for two different values, where the table's keys are known.
 */
export abstract class MovingNumberAttribute extends TypedAttribute {
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
   * @param oldValue the old image's value
   * @param newValue the new image's value, another one
   */
  public transitioned(oldValue: number, newValue: number): ChangeFilter {
    const where = this._where('transitioned');
    return this._moved(where, numberValue(where, oldValue), numberValue(where, newValue));
  }

  /**
   * The number was one and is the other now. Never true of an INSERT or a REMOVE. For numbers beyond what a JavaScript number holds.
   *
   * @param oldValue decimal text; the old image's value
   * @param newValue decimal text; the new image's value, another one
   */
  public transitionedDecimal(oldValue: string, newValue: string): ChangeFilter {
    const where = this._where('transitionedDecimal');
    return this._moved(where, decimalValue(where, oldValue), decimalValue(where, newValue));
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

  private _moved(where: string, from: string, to: string): ChangeFilter {
    if (compareDecimals(from, to) === 0) throw new Error(`${where}: both values are ${from}. Use two different values.`);
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
