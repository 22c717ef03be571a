import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { Arrival, Receivers } from './receivers';
import { Scenario, ScenarioResult, ScenarioStage } from '../../../scripts/demo/scenario';
import type { Interaction } from '../handlers/interaction';

const USERS = 20;
const REFUSED_ADDRESS = 'nobody@nowhere.example.com';
/** The one interaction that no mail can be sent for; later mails of the same person wait behind it. */
const POISON = { user: 7, ordinal: 3 } as const;
/** SMS stays down until so many were refused, and no longer than this. */
const REFUSED_ENOUGH = 10;
const DOWN_MILLIS = 30_000;
const SETTLE_MILLIS = 180_000;
const KINDS = ['like', 'mention', 'comment', 'follow'] as const;

type Channel = Arrival['channel'] | 'inbox' | 'audit';

/** Interactions concern people, who hear of them on five channels: one down for a while, one slow, one with a poison. */
export class NotificationScenario implements Scenario {
  public readonly name = 'notification';
  public readonly app = 'examples/notification/app.ts';
  private readonly receivers = new Receivers(REFUSED_ADDRESS);
  private readonly written: Interaction[] = [];
  private readonly writtenAt = new Map<string, number>();
  private smsUpAt = 0;

  /** @param interactions how many to publish, a multiple of the number of people (20) */
  constructor(private readonly interactions: number) {}

  public get published(): number {
    return this.written.length;
  }

  public async prepare(): Promise<{ [name: string]: string }> {
    return { ...await this.receivers.listen(), forDemo: 'true' };
  }

  public async publish({ documents, outputs }: ScenarioStage): Promise<void> {
    this.receivers.smsIsDown = true;
    for (let ordinal = 0; ordinal < this.interactions / USERS; ordinal += 1) {
      await Promise.all(Array.from({ length: USERS }, async (_, user) => {
        const Item = interaction(user, ordinal);
        this.writtenAt.set(Item.interactionId, Date.now());
        await documents.put({ TableName: outputs.InteractionsTable, Item });
        this.written.push(Item);
      }));
    }
    const end = Date.now() + DOWN_MILLIS;
    while (this.receivers.refusedSms < REFUSED_ENOUGH && Date.now() < end) await new Promise((done) => setTimeout(done, 100));
    this.receivers.smsIsDown = false;
    this.smsUpAt = Date.now();
  }

  public async check(stage: ScenarioStage): Promise<ScenarioResult> {
    const wanted = wantedBy(this.written);
    const end = Date.now() + SETTLE_MILLIS;
    let got = await this.arrived(stage);
    let stored = await stage.storedKeys(stage.outputs.FailureBucket);
    while (count(got) + stored.length < count(wanted) && Date.now() < end) {
      await new Promise((done) => setTimeout(done, 500));
      got = await this.arrived(stage);
      stored = await stage.storedKeys(stage.outputs.FailureBucket);
    }
    const result = { published: count(wanted), applied: 0, stored: stored.length, lost: 0, repeated: 0, outOfOrder: 0 };
    for (const [place, ids] of wanted) {
      const seen = got.get(place) ?? [];
      const distinct = new Set(seen);
      result.applied += distinct.size;
      result.repeated += seen.length - distinct.size;
      result.outOfOrder += place.startsWith('audit') ? 0 : seen.filter((id, index) => index > 0 && id < seen[index - 1]).length;
      result.lost += ids.filter((id) => !distinct.has(id) && !(place.startsWith('email') && stored.includes(id))).length;
    }
    const problems: string[] = [];
    if (stored.length === 0) problems.push('the poison is not in the failure store');
    if (this.receivers.refusedSms === 0) problems.push('SMS was never down');
    return { ...result, problems, lines: this.lines() };
  }

  public async close(): Promise<void> {
    await this.receivers.close();
  }

  private lines(): string[] {
    const lag = (channel: Arrival['channel']) => {
      const arrivals = this.receivers.arrivals.filter((one) => one.channel === channel);
      const lags = arrivals.map(({ interactionId, at }) => at - this.writtenAt.get(interactionId)!);
      return lags.sort((a, b) => a - b)[Math.floor(lags.length / 2)];
    };
    const lastSms = Math.max(...this.receivers.arrivals.filter(({ channel }) => channel === 'sms').map(({ at }) => at));
    return [
      `median from write to arrival: email ${lag('email')} ms, push (slow) ${lag('push')} ms, sms (down meanwhile) ${lag('sms')} ms`,
      `sms: refused ${this.receivers.refusedSms} times, caught up in order ${lastSms - this.smsUpAt} ms after it was back; `
        + `${this.receivers.repeated} notifications repeated by idempotency key`,
    ];
  }

  /** What arrived, by channel and person. */
  private async arrived({ documents, outputs }: ScenarioStage): Promise<Map<string, string[]>> {
    const got = new Map<string, string[]>();
    const add = (channel: Channel, user: string, ...ids: string[]) => got.set(`${channel}/${user}`, [...got.get(`${channel}/${user}`) ?? [], ...ids]);
    for (const { channel, user, interactionId } of this.receivers.arrivals) add(channel, user, interactionId);
    for (const { userId, entries } of await readAll(documents, outputs.InboxesTable)) add('inbox', userId, ...entries);
    for (const { interactionId } of await readAll(documents, outputs.AuditTable)) add('audit', 'all', interactionId);
    return got;
  }
}

function interaction(user: number, ordinal: number): Interaction {
  const userId = `user-${String(user).padStart(2, '0')}`;
  const isPoison = user === POISON.user && ordinal === POISON.ordinal;
  const channels = ['push', 'email', 'sms'].filter((_, index) => (user + index) % 4 !== 3);
  return {
    userId,
    interactionId: `i-${String(ordinal).padStart(5, '0')}-${userId}`,
    kind: isPoison ? 'mention' : KINDS[(user + ordinal) % KINDS.length],
    from: `user-${String((user + ordinal * 7) % USERS).padStart(2, '0')}`,
    text: `what was said, number ${ordinal}`,
    channels: new Set(channels.length > 0 ? channels : ['push']),
    email: isPoison ? REFUSED_ADDRESS : `${userId}@example.com`,
    phone: `+1555${String(user).padStart(7, '0')}`,
  };
}

/** The truth: which channel is to bring what to whom, in order. */
function wantedBy(written: readonly Interaction[]): Map<string, string[]> {
  const wanted = new Map<string, string[]>();
  const add = (place: string, id: string) => wanted.set(place, [...wanted.get(place) ?? [], id]);
  for (const { userId, interactionId, kind, channels } of [...written].sort((a, b) => (a.interactionId < b.interactionId ? -1 : 1))) {
    if (channels.has('email') && (kind === 'comment' || kind === 'mention')) add(`email/${userId}`, interactionId);
    if (channels.has('sms') && kind === 'mention') add(`sms/${userId}`, interactionId);
    if (channels.has('push')) add(`push/${userId}`, interactionId);
    add(`inbox/${userId}`, interactionId);
    add('audit/all', interactionId);
  }
  return wanted;
}

const count = (places: ReadonlyMap<string, readonly string[]>): number => [...places.values()].reduce((sum, { length }) => sum + length, 0);

async function readAll(documents: DynamoDBDocument, TableName: string): Promise<Record<string, any>[]> {
  const items: Record<string, any>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.scan({ TableName, ConsistentRead: true, ExclusiveStartKey });
    items.push(...page.Items ?? []);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}
