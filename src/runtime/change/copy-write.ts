import type { RawItem } from './attribute-value';
import type { CommitWrite } from './context';
import { readItem } from './read-value';
import { refusedValue } from './refused-value';
import { writeItem } from './write-value';

const VALUE_MEMBERS = ['Item', 'Key', 'ExpressionAttributeValues'] as const;

/**
 * A copy of what the handler hands to a commit, with its values as a change reads them. The values are marshalled for it, so what cannot be written fails here, before
 * anything is sent, and what the handler changes afterwards is not written.
 *
 * @param index of the write in its commit
 * @throws CommitMisuseError for a value that DynamoDB cannot hold
 */
export function copyOf(write: CommitWrite, index: number): CommitWrite {
  return Object.fromEntries(Object.entries(write).map(([kind, input]: [string, { readonly [member: string]: unknown }]) => {
    const given = VALUE_MEMBERS.filter((member) => input[member] !== undefined);
    const values = given.map((member) => [member, copyOfValues(input[member] as object, `${kind}, write ${index} of the commit`)]);
    return [kind, { ...input, ...Object.fromEntries(values) }];
  }));
}

function copyOfValues(values: object, place: string): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => {
    try {
      return [name, readItem(writeItem({ value }) as RawItem).value];
    } catch (error) {
      throw refusedValue(error, value, `in attribute ${name} of ${place}`) ?? error;
    }
  }));
}
