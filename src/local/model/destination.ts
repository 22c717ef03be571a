import { lambdaEvent } from './record';
import { DeliverAction, MappingConfig, OnFailureDestination } from './types';
import { AWS_FAILURE_PREFIX } from '../../contract/failure-record';

/** What the destination receives. */
export interface FailureDelivery {
  readonly destination: OnFailureDestination;
  /** Message body, or the S3 object's content. */
  readonly body: string;
  /** S3 only. */
  readonly key?: string;
}

/** Renders a discarded batch as AWS does; `id` names the S3 object, and the request where there was none. */
export function failureDelivery(config: MappingConfig, action: DeliverAction, id: string): FailureDelivery {
  if (config.onFailure === undefined) throw new Error('the mapping has no on-failure destination');
  const document = failureDocument(config, action, id);
  if (config.onFailure.type !== 'S3') return { destination: config.onFailure, body: JSON.stringify(document) };
  return {
    destination: config.onFailure,
    body: JSON.stringify({ ...document, payload: printedByAws(JSON.stringify(lambdaEvent(action.records))) }),
    key: objectKey(config.uuid, action, id),
  };
}

function failureDocument(config: MappingConfig, { records, lastInvocation, ...action }: DeliverAction, id: string): object {
  const first = records[0];
  const last = records[records.length - 1];
  return {
    requestContext: {
      requestId: lastInvocation?.requestId ?? id,
      functionArn: config.functionArn,
      condition: action.condition,
      approximateInvokeCount: action.approximateInvokeCount,
    },
    ...lastInvocation && {
      responseContext: {
        statusCode: 200,
        executedVersion: lastInvocation.executedVersion ?? '$LATEST',
        functionError: lastInvocation.functionError,
      },
    },
    version: '1.0',
    timestamp: new Date(action.at).toISOString(),
    DDBStreamBatchInfo: {
      shardId: action.shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: wholeSeconds(first.arrivedAt),
      approximateArrivalOfLastRecord: wholeSeconds(last.arrivedAt),
      batchSize: records.length,
      streamArn: config.streamArn,
    },
  };
}

function objectKey(uuid: string, { shardId, at }: DeliverAction, id: string): string {
  const [date, time] = new Date(at).toISOString().slice(0, 19).split('T');
  return `${AWS_FAILURE_PREFIX}${uuid}/${shardId}/${date.replace(/-/g, '/')}/${date}T${time.replace(/:/g, '.')}-${id}`;
}

/** Arrival times carry no fraction: DynamoDB's creation time is approximate to the second. */
function wholeSeconds(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}

/** AWS prints the payload's creation times in scientific notation, which readers must cope with. */
function printedByAws(payload: string): string {
  return payload.replace(/("ApproximateCreationDateTime":)(\d+(?:\.\d+)?)(?=[,}])/g, (_match, name: string, seconds: string) =>
    `${name}${Number(seconds).toExponential().replace('e+', 'E')}`);
}
