import { FilterComparison, FilterValue } from '../../contract/filter';
import { ChangeFilter } from '../change-filter';
import { compareText } from '../model/text-order';
import { listValues, partOfText, textValue } from '../values';
import { AttributePlace, filterAt, inImage } from './place';
import { SizedAttribute } from './typed-attribute';

/** What can be said of an attribute of type S. Every statement but `absent()` and `changed()` is false for another type. */
export class TextAttribute extends SizedAttribute {
  /** @internal */
  public static _at(place: AttributePlace): TextAttribute {
    return new TextAttribute(place);
  }

  /** @internal */
  protected readonly _place: AttributePlace;
  /** @internal */
  protected readonly _type = 'S';

  private constructor(place: AttributePlace) {
    super();
    this._place = place;
  }

  /** The same attribute as it was before the change. */
  public ofOldImage(): TextAttribute {
    return new TextAttribute(inImage(this._place, 'OLD_IMAGE'));
  }

  /** The same attribute as a key of the item, which every change carries, whatever the stream's view type. */
  public ofKeys(): TextAttribute {
    return new TextAttribute(inImage(this._place, 'KEYS'));
  }

  /**
   * The text is this one; case and Unicode form matter.
   *
   * @param value may be empty
   */
  public equalTo(value: string): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: [text(this._where('equalTo'), value)] });
  }

  /**
   * The text is one of these.
   *
   * @param values at least one
   */
  public oneOf(values: string[]): ChangeFilter {
    return filterAt(this._place, { node: 'equals', oneOf: listValues(this._where('oneOf'), values, text) });
  }

  /**
   * The attribute is a text and none of these.
   *
   * @param values at least one
   */
  public noneOf(values: string[]): ChangeFilter {
    return this._noneOf(listValues(this._where('noneOf'), values, text));
  }

  /**
   * The text is this one, A to Z counting as a to z. Other letters must be the same.
   *
   * @param value may be empty
   */
  public equalToIgnoringCase(value: string): ChangeFilter {
    return filterAt(this._place, { node: 'equalsIgnoringCase', oneOf: [textValue(this._where('equalToIgnoringCase'), value)] });
  }

  /**
   * The text begins with this one.
   *
   * @param prefix one character or more
   */
  public beginsWith(prefix: string): ChangeFilter {
    return filterAt(this._place, { node: 'beginsWith', value: { S: partOfText(this._where('beginsWith'), prefix) } });
  }

  /**
   * The text ends with this one.
   *
   * @param suffix one character or more
   */
  public endsWith(suffix: string): ChangeFilter {
    return filterAt(this._place, { node: 'endsWith', value: { S: partOfText(this._where('endsWith'), suffix) } });
  }

  /**
   * The text has this one in it.
   *
   * @param part one character or more
   */
  public contains(part: string): ChangeFilter {
    return filterAt(this._place, { node: 'contains', in: 'S', value: { S: partOfText(this._where('contains'), part) } });
  }

  /**
   * The text comes before this one in DynamoDB's order (by UTF-8 bytes).
   *
   * @param bound does not belong to what matches; not empty
   */
  public lessThan(bound: string): ChangeFilter {
    if (bound === '') throw new Error(`${this._where('lessThan')}: no text comes before the empty one. Use equalTo('') to ask for the empty text.`);
    return this._compare('LT', 'lessThan', bound);
  }

  /**
   * The text comes before this one in DynamoDB's order (by UTF-8 bytes), or is it.
   *
   * @param bound belongs to what matches
   */
  public lessThanOrEqualTo(bound: string): ChangeFilter {
    return this._compare('LE', 'lessThanOrEqualTo', bound);
  }

  /**
   * The text comes after this one in DynamoDB's order (by UTF-8 bytes).
   *
   * @param bound does not belong to what matches
   */
  public greaterThan(bound: string): ChangeFilter {
    return this._compare('GT', 'greaterThan', bound);
  }

  /**
   * The text comes after this one in DynamoDB's order (by UTF-8 bytes), or is it.
   *
   * @param bound belongs to what matches
   */
  public greaterThanOrEqualTo(bound: string): ChangeFilter {
    return this._compare('GE', 'greaterThanOrEqualTo', bound);
  }

  /**
   * The text lies between these in DynamoDB's order (by UTF-8 bytes). Both bounds belong to what matches.
   *
   * @param lower at most `upper`
   * @param upper at least `lower`
   */
  public between(lower: string, upper: string): ChangeFilter {
    const where = this._where('between');
    if (compareText(textValue(where, lower), textValue(where, upper)) > 0) {
      throw new Error(`${where}: the lower bound ${JSON.stringify(lower)} comes after the upper bound ${JSON.stringify(upper)}. Swap them.`);
    }
    return ChangeFilter.allOf(this.greaterThanOrEqualTo(lower), this.lessThanOrEqualTo(upper));
  }

  /**
   * The text is this one now and was not before: it was another, the attribute was missing or of another type, or the item is new.
   *
   * @param value may be empty
   */
  public changedTo(value: string): ChangeFilter {
    return this._changedTo(text(this._where('changedTo'), value));
  }

  /**
   * The text was one and is the other now. Never true of an INSERT or a REMOVE. A key never changes: for a key attribute synth fails, where the table's keys are known.
   *
   * @param oldValue the old image's value
   * @param newValue the new image's value, another one
   */
  public transitioned(oldValue: string, newValue: string): ChangeFilter {
    const where = this._where('transitioned');
    if (textValue(where, oldValue) === textValue(where, newValue)) throw new Error(`${where}: both values are ${JSON.stringify(oldValue)}. Use two different values.`);
    return this._transitioned({ S: oldValue }, { S: newValue });
  }

  private _compare(op: FilterComparison, method: string, bound: string): ChangeFilter {
    return filterAt(this._place, { node: 'compare', op, value: text(this._where(method), bound) });
  }
}

function text(where: string, value: string): FilterValue {
  return { S: textValue(where, value) };
}
