import { parseStreamArn, position, sequenceNumberFault } from '../../contract/position';
import { StreamRecord } from '../change/record';
import { Deadline } from '../deadline';
import { UnidentifiableRecordError } from '../lanes/settle-batch';
import { Invocation } from '../ports';
import { RelayPorts } from './ports';
import { PreparedChange } from './prepared-change';
import { RelayCounts, RelayRun } from './relay-run';
import { RelayState } from './relay-state';

/** Does something as one invocation for the changes of a table. */
export async function inRun<T>(ports: RelayPorts, table: string, invocation: Invocation, work: (run: RelayRun) => Promise<T>): Promise<T> {
  const deadline = new Deadline(ports.clock, invocation);
  const retry = { clock: ports.clock, random: ports.random, signal: deadline.storeSignal };
  try {
    return await work({
      ...ports,
      table,
      deadline,
      retry,
      state: new RelayState(ports.client, ports.ledgerTable, table, retry),
      counts: new RelayCounts(),
      open: new Set(),
    });
  } finally {
    deadline.finish();
  }
}

/**
 * The records of one stream as changes on their way.
 *
 * @param generation of a redrive, what its messages are told by
 * @throws UnidentifiableRecordError when one says neither where it comes from nor its place there
 */
export function prepareAll(ports: RelayPorts, records: readonly StreamRecord[], generation?: string): { table: string; changes: PreparedChange[] } {
  const identity = parseStreamArn(records[0]?.eventSourceARN ?? '');
  if (!identity) throw new UnidentifiableRecordError('the batch does not come from a DynamoDB stream: its eventSourceARN is not that of one');
  const scope = { table: identity.tableName, partitionKey: ports.partitionKey, generation };
  const changes = records.map((record, index) => {
    const sequenceNumber = record?.dynamodb?.SequenceNumber;
    const fault = sequenceNumberFault(sequenceNumber);
    if (fault !== undefined) throw new UnidentifiableRecordError(`record ${index} of ${records.length} ${fault}; the whole batch fails`);
    return new PreparedChange(record, sequenceNumber!, position(identity.label, sequenceNumber!), scope);
  });
  return { table: identity.tableName, changes };
}
