import { createInterface } from 'node:readline/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { counted as plural } from '../counted';
import { functionOf, storeOf } from './clients';
import { itemOf } from './item-option';
import { entries } from './items';
import { forecast, redriveSubscriber } from './redrive';
import { DeployedSubscriber } from './subscribers';
import { failurePrefix } from '../../../contract/failure-record';
import { REDRIVE_VERSION } from '../../../contract/redrive';
import { DiscardNote, handOver } from '../../../runtime/redriver/hand-over';
import { Summary } from '../../../runtime/redriver/summary';
import { UserError } from '../../emulator';
import { OperateClients } from '../../operate/clients';

export interface DiscardChoices {
  readonly item?: string;
  /** Only the change that comes first in the item. */
  readonly first?: boolean;
  readonly all?: boolean;
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `failures discard`: takes changes off without applying them; who did it and why is kept beside them. */
export async function discard(clients: OperateClients, subscriber: DeployedSubscriber, choices: DiscardChoices, stop: AbortSignal): Promise<Summary> {
  if (subscriber.settings === undefined) throw new UserError(`${subscriber.name} runs without the library's runtime: delete its objects with "aws s3 rm".`);
  const item = choices.item === undefined ? undefined : await itemOf(clients, subscriber, choices.item);
  const counted = choices.first ? { changes: 1 } : await forecast(clients, subscriber, { item });
  await confirm(`Discard ${plural(counted.changes, 'stored change')} of ${subscriber.name} for good?`, choices.yes);
  const note = { by: await caller(clients), reason: choices.reason, at: new Date().toISOString() };
  if (item !== undefined && counted.changes === 0) return release(clients, subscriber, item);
  if (item !== undefined && choices.first) return discardFirst(clients, subscriber, item, note);
  return redriveSubscriber(clients, subscriber, { item, action: 'DISCARD', discard: note, json: choices.json }, stop);
}

async function discardFirst(clients: OperateClients, subscriber: DeployedSubscriber, item: string, note: DiscardNote): Promise<Summary> {
  const store = storeOf(clients, subscriber);
  const { fn, close } = functionOf(clients, subscriber);
  const summary = new Summary();
  try {
    for await (const entry of entries(store, failurePrefix(subscriber.name, item))) {
      const fates = await handOver({ store, fn, subscriber: subscriber.name, action: 'DISCARD', outOfOrder: false, applyUnknown: false, discard: note }, [entry]);
      for (const fate of fates) if (typeof fate === 'object') summary.count(fate);
      break;
    }
    return summary;
  } finally {
    close();
  }
}

/** The ledger holds the item to be parked, and the store has nothing of it: its later changes are to run. */
async function release(clients: OperateClients, subscriber: DeployedSubscriber, item: string): Promise<Summary> {
  const { fn, close } = functionOf(clients, subscriber);
  try {
    await fn.redrive({
      cdcRedrive: REDRIVE_VERSION, subscriber: subscriber.name, action: 'DISCARD', outOfOrder: false, applyUnknown: false, changes: [], release: [item],
    });
    return new Summary();
  } finally {
    close();
  }
}

/** Who runs the command, as AWS knows them. */
export async function caller({ region }: OperateClients): Promise<string> {
  const sts = new STSClient({ region });
  try {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new UserError('AWS does not report who runs this command, so nothing was discarded: sign in again.');
    return Arn;
  } finally {
    sts.destroy();
  }
}

/** @throws UserError when the answer is no, or nobody can be asked */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UserError('Nobody can be asked here: give --yes when you are sure.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('Nothing was discarded.');
}
