/** DynamoDB's attribute values as they stand in a stream event (binary as base64 text), and what they read as. */

import type { ExactNumber } from './exact-number';

export type { AttributeValueJson as RawValue, ItemJson as RawItem } from '../../contract/change-json';

/** What an attribute reads as. A number too precise for JavaScript is an ExactNumber, binary is a Uint8Array, a set a Set. */
export type AttributeValue =
  | string
  | number
  | ExactNumber
  | boolean
  | null
  | Uint8Array
  | ReadonlySet<string>
  | ReadonlySet<number | ExactNumber>
  | ReadonlySet<Uint8Array>
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };
