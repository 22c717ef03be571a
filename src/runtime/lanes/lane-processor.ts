import { BasePartialBatchProcessor, EventType } from '@aws-lambda-powertools/batch';
import type { BaseRecord, FailureResponse, SuccessResponse } from '@aws-lambda-powertools/batch/types';
import { compareSequenceNumbers } from '../../contract/position';
import { StreamRecord } from '../change/record';
import { Invocation } from '../ports';
import { Lane } from './lane';
import { RuntimePorts } from './run';
import { settleBatch } from './settle-batch';

/**
 * Powertools' batch processor with lanes in place of its loops: the stock ones run all records at once, or go on after a failure.
 * One instance serves one batch, because the base class keeps what it has seen.
 */
export class LaneProcessor extends BasePartialBatchProcessor {
  public constructor(private readonly ports: RuntimePorts, private readonly invocation: Invocation) {
    super(EventType.DynamoDBStreams);
    // A batch in which everything failed is reported like any other: throwing would tell the mapping less.
    this.options = { throwOnFullBatchFailure: false };
  }

  public override async process(): Promise<(SuccessResponse | FailureResponse)[]> {
    this.prepare();
    const lanes = await settleBatch(this.ports, this.records as readonly StreamRecord[], this.invocation);
    const lowest = lowestUnsettled(lanes);
    // The mapping goes on from the lowest sequence number it is told; more identifiers would say nothing.
    if (lowest !== undefined) this.failureMessages = [lowest as BaseRecord as never];
    this.clean();
    return [];
  }

  public override async processRecord(_record: BaseRecord): Promise<SuccessResponse | FailureResponse> {
    throw new Error('records are settled in lanes');
  }

  public override processRecordSync(_record: BaseRecord): SuccessResponse | FailureResponse {
    throw new Error('records are settled in lanes');
  }
}

function lowestUnsettled(lanes: readonly Lane[]): StreamRecord | undefined {
  let lowest: StreamRecord | undefined;
  for (const lane of lanes) {
    const record = lane.records[lane.settled]?.record;
    if (record && (!lowest || compareSequenceNumbers(record.dynamodb!.SequenceNumber!, lowest.dynamodb!.SequenceNumber!) < 0)) lowest = record;
  }
  return lowest;
}
