/**
 * The JSON form of a change, version 1: what `JSON.stringify(change)` writes, `changeFromJson` reads and `failures show` prints. It is lossless: attribute values are
 * DynamoDB JSON, so numbers keep their digits, and sets and binary their types. A new field does not change the version; readers ignore fields that they do not know.
 */

export const CHANGE_JSON_VERSION = 1;

/** One attribute value in DynamoDB JSON: an object with one member, named for the type. Numbers are text, binary is base64 text. */
export interface AttributeValueJson {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly B?: string;
  readonly M?: ItemJson;
  readonly L?: readonly AttributeValueJson[];
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

/** The attributes of an item, by name. */
export type ItemJson = { readonly [attribute: string]: AttributeValueJson };

export interface ChangeJson {
  readonly formatVersion: typeof CHANGE_JSON_VERSION;
  /** INSERT, MODIFY or REMOVE. */
  readonly eventName: string;
  readonly eventID: string;
  /** An integer of up to 40 digits, as text: no JSON number holds it. */
  readonly sequenceNumber: string;
  /** ISO 8601, in UTC. */
  readonly approximateCreationDateTime: string;
  readonly expiredByTtl: boolean;
  readonly keys: ItemJson;
  /** Absent for REMOVE. */
  readonly newImage?: ItemJson;
  /** Absent for INSERT. */
  readonly oldImage?: ItemJson;
}
