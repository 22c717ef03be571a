import { AnyAttribute } from './attributes/any-attribute';
import { BinaryAttribute } from './attributes/binary-attribute';
import { BinarySetAttribute } from './attributes/binary-set-attribute';
import { BoolAttribute } from './attributes/bool-attribute';
import { DocumentAttribute } from './attributes/document-attribute';
import { ListAttribute } from './attributes/list-attribute';
import { NumberAttribute } from './attributes/number-attribute';
import { NumberSetAttribute } from './attributes/number-set-attribute';
import { AttributePlace } from './attributes/place';
import { StringSetAttribute } from './attributes/string-set-attribute';
import { TextAttribute } from './attributes/text-attribute';
import { nameValue, refuseTokens } from './values';

/** A place inside an item, of which a type is to be named: `Attr.path(['customer', 'zip']).asText()`. */
export class AttributePath {
  /** @internal */
  public static _of(names: string[]): AttributePath {
    return new AttributePath(names);
  }

  private readonly names: readonly string[];

  private constructor(names: string[]) {
    refuseTokens('Attr.path', names);
    if (!Array.isArray(names) || names.length === 0) throw new Error('Attr.path: name at least one attribute, from the outermost inwards.');
    this.names = names.map((name) => nameValue('Attr.path', name));
  }

  /** A text (type S). */
  public asText(): TextAttribute {
    return TextAttribute._at(this.place('asText'));
  }

  /** A number (type N). */
  public asNumber(): NumberAttribute {
    return NumberAttribute._at(this.place('asNumber'));
  }

  /** A boolean (type BOOL). */
  public asBool(): BoolAttribute {
    return BoolAttribute._at(this.place('asBool'));
  }

  /** A binary (type B). */
  public asBinary(): BinaryAttribute {
    return BinaryAttribute._at(this.place('asBinary'));
  }

  /** A set of texts (type SS). */
  public asStringSet(): StringSetAttribute {
    return StringSetAttribute._at(this.place('asStringSet'));
  }

  /** A set of numbers (type NS). */
  public asNumberSet(): NumberSetAttribute {
    return NumberSetAttribute._at(this.place('asNumberSet'));
  }

  /** A set of binaries (type BS). */
  public asBinarySet(): BinarySetAttribute {
    return BinarySetAttribute._at(this.place('asBinarySet'));
  }

  /** A list (type L). */
  public asList(): ListAttribute {
    return ListAttribute._at(this.place('asList'));
  }

  /** A map (type M). */
  public asDocument(): DocumentAttribute {
    return DocumentAttribute._at(this.place('asDocument'));
  }

  /** An attribute of any type. */
  public asAny(): AnyAttribute {
    return AnyAttribute._at(this.place('asAny'));
  }

  private place(method: string): AttributePlace {
    return { image: 'NEW_IMAGE', path: this.names, label: `Attr.path(${JSON.stringify(this.names)}).${method}()` };
  }
}
