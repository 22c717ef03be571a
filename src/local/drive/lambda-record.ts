import type { _Record as StreamRecord, AttributeValue } from '@aws-sdk/client-dynamodb-streams';

/** A record of the Streams API in the shape in which Lambda puts it into an event: JSON, binary as base64, times in seconds. */
export function lambdaRecord(record: StreamRecord, streamArn: string): Record<string, unknown> {
  const { dynamodb = {}, userIdentity } = record;
  return {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: {
      ...dynamodb.ApproximateCreationDateTime && { ApproximateCreationDateTime: dynamodb.ApproximateCreationDateTime.getTime() / 1000 },
      ...dynamodb.Keys && { Keys: image(dynamodb.Keys) },
      ...dynamodb.NewImage && { NewImage: image(dynamodb.NewImage) },
      ...dynamodb.OldImage && { OldImage: image(dynamodb.OldImage) },
      SequenceNumber: dynamodb.SequenceNumber,
      SizeBytes: dynamodb.SizeBytes,
      StreamViewType: dynamodb.StreamViewType,
    },
    ...userIdentity && { userIdentity: { principalId: userIdentity.PrincipalId, type: userIdentity.Type } },
    eventSourceARN: streamArn,
  };
}

function image(attributes: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attribute(value)]));
}

function attribute(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.M !== undefined) return { M: image(value.M) };
  if (value.L !== undefined) return { L: value.L.map(attribute) };
  return value;
}

/** Of images as they were sent it is base64 already. */
function base64(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64');
}
