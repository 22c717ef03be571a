import { BROKERED_STREAM } from './brokered-relay';
import { StreamRecord } from '../../../runtime/change/record';
import { START } from '../world';

/** In every image, and so in no log. */
export const SECRET = 'never-in-a-log';

const ID = 'event-';

/** What of a record differs between histories. */
export type NumberedImage = Required<Pick<NonNullable<StreamRecord['dynamodb']>, 'Keys' | 'NewImage'>>;

/** The record of a history's n-th write, which says so itself. */
export function numberedRecord(ordinal: number, at: number, { Keys, NewImage }: NumberedImage): StreamRecord {
  return {
    eventID: `${ID}${ordinal}`,
    eventName: 'INSERT',
    eventSourceARN: BROKERED_STREAM,
    dynamodb: {
      Keys,
      NewImage: { ...NewImage, secret: { S: SECRET } },
      SequenceNumber: String(10n ** 20n + BigInt(ordinal)),
      ApproximateCreationDateTime: Math.floor((START + at) / 1000),
    },
  };
}

export function ordinalOf({ eventID }: { readonly eventID: string }): number {
  return Number(eventID.slice(ID.length));
}
