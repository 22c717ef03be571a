import { AttributePath } from './attribute-path';
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
import { nameValue } from './values';

/**
 * Names an attribute and its type, to say something of it in a filter: `Attr.number('amount').greaterThan(1000)`.
 *
 * What is said concerns the new image, unless `ofOldImage()` or `ofKeys()` follows.
 */
export class Attr {
  /**
   * A text (type S).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static text(name: string): TextAttribute {
    return TextAttribute._at(topLevel('text', name));
  }

  /**
   * A number (type N).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static number(name: string): NumberAttribute {
    return NumberAttribute._at(topLevel('number', name));
  }

  /**
   * A boolean (type BOOL).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static bool(name: string): BoolAttribute {
    return BoolAttribute._at(topLevel('bool', name));
  }

  /**
   * A binary (type B).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static binary(name: string): BinaryAttribute {
    return BinaryAttribute._at(topLevel('binary', name));
  }

  /**
   * A set of texts (type SS).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static stringSet(name: string): StringSetAttribute {
    return StringSetAttribute._at(topLevel('stringSet', name));
  }

  /**
   * A set of numbers (type NS).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static numberSet(name: string): NumberSetAttribute {
    return NumberSetAttribute._at(topLevel('numberSet', name));
  }

  /**
   * A set of binaries (type BS).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static binarySet(name: string): BinarySetAttribute {
    return BinarySetAttribute._at(topLevel('binarySet', name));
  }

  /**
   * A list (type L).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static list(name: string): ListAttribute {
    return ListAttribute._at(topLevel('list', name));
  }

  /**
   * A map (type M).
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static document(name: string): DocumentAttribute {
    return DocumentAttribute._at(topLevel('document', name));
  }

  /**
   * An attribute of any type.
   *
   * @param name a top-level attribute; dots in it are part of the name
   */
  public static any(name: string): AnyAttribute {
    return AnyAttribute._at(topLevel('any', name));
  }

  /**
   * An attribute inside maps.
   *
   * @param names from the outermost attribute inwards, at least one; dots in them are part of the name
   */
  public static path(names: string[]): AttributePath {
    return AttributePath._of(names);
  }

  private constructor() {}
}

function topLevel(method: string, name: string): AttributePlace {
  return { image: 'NEW_IMAGE', path: [nameValue(`Attr.${method}`, name)], label: `Attr.${method}('${name}')` };
}
