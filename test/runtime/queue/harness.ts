/** The worker of a queue with all its ports in memory. */

import { StreamRecord } from '../../../src/runtime/change/record';
import { QueueRecord } from '../../../src/runtime/queue/message';
import { VisibilityChange } from '../../../src/runtime/queue/ports';
import { settleMessages } from '../../../src/runtime/queue/settle-messages';
import { Harness, HarnessOptions, TestHandler } from '../harness';

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:email.fifo';
let messages = 0;

export interface MessageOptions {
  readonly receives?: number;
  readonly group?: string;
  readonly body?: string;
  /** Epoch milliseconds. */
  readonly sentAt?: number;
  /** The relay's mapping gave the changes up. */
  readonly givenUp?: boolean;
}

/** A message as the relay sends it: consecutive changes of one item. */
export function message(changes: readonly StreamRecord[], { receives = 1, group, body, givenUp, sentAt }: MessageOptions = {}): QueueRecord {
  messages += 1;
  return {
    messageId: `m${messages}`,
    receiptHandle: `r${messages}`,
    body: body ?? JSON.stringify({ v: 1, changes, givenUp }),
    eventSourceARN: QUEUE_ARN,
    attributes: {
      ApproximateReceiveCount: String(receives),
      MessageGroupId: group ?? `group-${changes[0]?.dynamodb?.Keys?.id.S}`,
      ...(sentAt !== undefined && { SentTimestamp: String(sentAt) }),
    },
  };
}

/** Called around each call of a port that only queues have; may never come back. */
export type AroundQueue = <T>(operation: 'claim' | 'visibility', call: () => Promise<T>) => Promise<T>;

export class WorkerHarness extends Harness {
  public readonly changed: VisibilityChange[] = [];
  public readonly claims = new Map<string, string>();
  public visibilityFails = false;
  public aroundQueue: AroundQueue;

  public constructor(options: HarnessOptions = {}) {
    super(options);
    this.aroundQueue = (_operation, call) => call();
  }

  public async settle(records: readonly QueueRecord[], timeoutMillis = 60_000, alive: () => boolean = () => true): Promise<readonly string[] | 'killed' | { error: unknown }> {
    const end = this.virtual.now() + timeoutMillis;
    let result: readonly string[] | { error: unknown } | undefined;
    const process = { isDead: false };
    settleMessages({
      ...this.mortalPorts(process),
      claims: {
        getFrom: (bucket, key) => this.aroundQueue('claim', async () => {
          if (bucket !== 'failures') throw Object.assign(new Error('no'), { name: 'AccessDenied' });
          return this.claims.get(key);
        }),
      },
      visibility: {
        change: (list) => this.aroundQueue('visibility', async () => {
          if (this.visibilityFails) throw new Error('no');
          this.changed.push(...list);
        }),
      },
    }, records, { requestId: 'r', remainingMillis: () => end - this.virtual.now() })
      .then((ids) => { result = ids; }, (error: unknown) => { result = { error }; });
    return await this.beforeDeadline(end, process, alive, () => result) ?? 'killed';
  }
}

/** What the handler applies, by key. */
export function applying(harness: WorkerHarness, inner: TestHandler = () => undefined): string[] {
  const seen: string[] = [];
  (harness.options as { handler: TestHandler }).handler = async (change, context) => {
    await inner(change, context);
    seen.push(String(change.keys.id));
  };
  return seen;
}
