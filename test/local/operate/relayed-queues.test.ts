import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { OperateClients } from '../../../src/local/operate/clients';
import { DeployedReader } from '../../../src/local/operate/deployed-reader';
import { DeployedMapping, rawQueueReaders } from '../../../src/local/operate/relayed-queues';

const PARAMETERS: Readonly<Record<string, object>> = {
  orders0: { Audit: 'https://sqs.eu-west-1.amazonaws.com/111122223333/audit.fifo' },
  orders1: { Search: 'https://sqs.eu-west-1.amazonaws.com/111122223333/search.fifo' },
  posts0: { Audit: 'https://sqs.eu-west-1.amazonaws.com/111122223333/posts-audit.fifo' },
};
const relay = (table: string, ...queueParameters: string[]) => ({ kind: 'RELAY', name: 'cdc.relay', table, ledgerTable: `${table}-ledger`, queueParameters }) as unknown as DeployedReader;
const RELAYS = [relay('Orders', 'orders0', 'orders1'), relay('Posts', 'posts0')];
const reads = (queue: string, account = '111122223333'): DeployedMapping => ({
  mapping: { UUID: queue, EventSourceArn: `arn:aws:sqs:eu-west-1:${account}:${queue}` }, fn: { FunctionName: `fn-${queue}` },
});

function parameterStore() {
  const asked: string[] = [];
  const ssm = {
    send: async ({ input: { Name = '' } }: GetParameterCommand) => {
      asked.push(Name);
      return { Parameter: { Value: JSON.stringify(PARAMETERS[Name]) } };
    },
  };
  return { asked, clients: { ssm } as unknown as OperateClients };
}

test('a function of the user\'s own is the subscriber of the relay that sends to its queue', async () => {
  const { clients } = parameterStore();
  const found = await rawQueueReaders(clients, RELAYS, [reads('search.fifo'), reads('posts-audit.fifo'), reads('audit.fifo')]);
  expect(found.map(({ name, ledgerTable, functionName, kind }) => ({ name, ledgerTable, functionName, kind }))).toEqual([
    { name: 'Search', ledgerTable: 'Orders-ledger', functionName: 'fn-search.fifo', kind: 'QUEUE' },
    { name: 'Audit', ledgerTable: 'Orders-ledger', functionName: 'fn-audit.fifo', kind: 'QUEUE' },
    { name: 'Audit', ledgerTable: 'Posts-ledger', functionName: 'fn-posts-audit.fifo', kind: 'QUEUE' },
  ]);
});

test('what reads any other queue is none: pause --all must not touch it', async () => {
  const { clients } = parameterStore();
  expect(await rawQueueReaders(clients, RELAYS, [reads('other.fifo'), reads('audit.fifo', '999999999999')])).toEqual([]);
});

test('where nothing of the user\'s own reads a FIFO queue nothing is asked, and no permission is needed', async () => {
  const { asked, clients } = parameterStore();
  expect(await rawQueueReaders(clients, RELAYS, [reads('plain'), { mapping: { EventSourceArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/s' }, fn: {} }])).toEqual([]);
  expect(asked).toEqual([]);
});
