/** The stream record as Lambda delivers it, as far as the runtime relies on it. */

import { RawItem } from './attribute-value';

export interface StreamRecord {
  readonly eventID?: string;
  readonly eventName?: string;
  readonly eventSourceARN?: string;
  readonly userIdentity?: {
    readonly type?: string;
    readonly principalId?: string;
    // DynamoDB Local capitalizes.
    readonly Type?: string;
    readonly PrincipalId?: string;
  };
  readonly dynamodb?: {
    readonly Keys?: RawItem;
    readonly NewImage?: RawItem;
    readonly OldImage?: RawItem;
    readonly SequenceNumber?: string;
    readonly ApproximateCreationDateTime?: number;
    readonly SizeBytes?: number;
    readonly StreamViewType?: string;
  };
}
