/** DynamoDB's attribute values as they stand in a stream event (binary as base64 text), and what they read as. */

import type { ExactNumber } from './exact-number';

export interface RawValue {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly B?: string;
  readonly M?: RawItem;
  readonly L?: readonly RawValue[];
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

export type RawItem = { readonly [name: string]: RawValue };

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
