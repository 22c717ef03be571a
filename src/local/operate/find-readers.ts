import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { OperateClients } from './clients';
import { DeployedReader, deployedReader, withTables } from './deployed-reader';
import { inBatches } from './in-batches';
import { mayCarryChanges, readFunction } from './read-function';
import { rawQueueReaders } from './relayed-queues';
import { UserError } from '../emulator';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const STACK = 'AWS::CloudFormation::Stack';

/** What reads in a deployed stack and in those nested in it, found from its mappings; sorted by table and name, the relay before those it feeds. */
export async function findReaders(clients: OperateClients, stackName: string): Promise<DeployedReader[]> {
  const found = (await inBatches(await mappingIds(clients, stackName), async UUID => {
    const mapping = await clients.lambda.send(new GetEventSourceMappingCommand({ UUID }));
    if (!mayCarryChanges(mapping)) return undefined;
    const fn = await readFunction(clients, { ...mapping, UUID });
    return { mapping, fn, reader: deployedReader(mapping, fn) };
  })).filter(each => each !== undefined);
  const known = found.map(({ reader }) => reader).filter(reader => reader !== undefined);
  const raw = await rawQueueReaders(clients, known.filter(({ kind }) => kind === 'RELAY'), found.filter(({ reader }) => reader === undefined));
  const readers = withTables([...known, ...raw]);
  if (readers.length === 0) {
    throw new UserError(`Nothing in stack ${stackName} reads a table's changes: name the stack that the subscribers are in.`);
  }
  const order = ({ table, kind, name }: DeployedReader) => `${table ?? ''}\u0000${kind === 'QUEUE' ? 2 : kind === 'RELAY' ? 1 : 0}\u0000${name}`;
  return readers.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

export interface ReaderChoice {
  readonly stack: string;
  readonly subscriber?: string;
  readonly table?: string;
}

/** Those that are meant: all, those of a table, or the one with a name. */
export async function chosenReaders(clients: OperateClients, { stack, subscriber, table }: ReaderChoice): Promise<readonly DeployedReader[]> {
  return choose(await findReaders(clients, stack), { stack, subscriber, table });
}

/** Those of the readers that are meant. @throws UserError when there are none, or several where one is meant */
export function choose(readers: readonly DeployedReader[], { stack, subscriber, table }: ReaderChoice): readonly DeployedReader[] {
  const ofTable = readers.filter(reader => table === undefined || reader.table === table);
  if (ofTable.length === 0) throw new UserError(`Nothing in stack ${stack} reads the changes of table ${table}: it reads those of ${tablesOf(readers)}.`);
  if (subscriber === undefined) return ofTable;
  const named = ofTable.filter(({ name }) => name === subscriber);
  if (named.length === 0) throw new UserError(`There is no subscriber ${subscriber} in stack ${stack}: it has ${ofTable.map(({ name }) => name).join(', ')}.`);
  if (named.length > 1) throw new UserError(`${subscriber} is there for several tables: add --table, one of ${tablesOf(named)}.`);
  return named;
}

function tablesOf(readers: readonly DeployedReader[]): string {
  return [...new Set(readers.map(({ table }) => table ?? 'a table of another stack'))].join(', ');
}

async function mappingIds(clients: OperateClients, stackName: string): Promise<string[]> {
  const ids: string[] = [];
  const nested: string[] = [];
  try {
    for await (const page of paginateListStackResources({ client: clients.cloudFormation }, { StackName: stackName })) {
      for (const { ResourceStatus, ResourceType, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
        // A stack lists for a while also what an update took out of it.
        if (ResourceStatus === 'DELETE_COMPLETE') continue;
        if (ResourceType === MAPPING && PhysicalResourceId) ids.push(PhysicalResourceId);
        if (ResourceType === STACK && PhysicalResourceId) nested.push(PhysicalResourceId);
      }
    }
  } catch (error) {
    if (!/does not exist/i.test((error as Error).message)) throw error;
    throw new UserError(`There is no stack ${stackName} in ${clients.region}: give the name it is deployed under, and see that AWS_REGION and the credentials are those it is deployed with.`);
  }
  for (const inner of nested) ids.push(...await mappingIds(clients, inner));
  return ids;
}
