import { createHash } from 'node:crypto';
import { MessageBody, messageJson } from './message-body';
import type { ObjectStore } from './ports';
import { envelope, PreparedChange } from './prepared-change';
import { WantedChange } from './select';
import { ChangeEnvelope, ENVELOPE_VERSION, FilterError } from '../../contract/envelope';
import { Route } from '../../contract/routes';

/**
 * Beyond this a change goes to S3 first, and consecutive changes of an item to another message. SQS takes four times as much, at the price of
 * a request for each 64 KB and subscriber; S3 takes it once for all of them.
 */
export const MESSAGE_BYTES = 256 * 1024;

/** What the envelope adds to its changes, at most. */
const ENVELOPE_BYTES = 64;
/** More would make one failure repeat much. */
const CHANGES_A_MESSAGE = 100;

export interface Message {
  readonly group: string;
  /** Consecutive changes of the group, as far as the target wants them. */
  readonly changes: readonly PreparedChange[];
  readonly deduplicationId: string;
  /** Throws when the change is too large for a message and cannot be put elsewhere. */
  readonly body: () => MessageBody | Promise<MessageBody>;
  /** Name of the spilled object that the changes come from. */
  readonly spilled?: string;
}

/** Messages of one group. The next one is sent when the one before is acknowledged, so order survives every failure. */
export class Line {
  /** Messages before this one are acknowledged. */
  public sent = 0;
  public failures = 0;

  public constructor(public readonly group: string, public readonly messages: Message[]) {}

  public get isDone(): boolean {
    return this.sent === this.messages.length;
  }

  public get left(): readonly Message[] {
    return this.messages.slice(this.sent);
  }
}

export interface PackOptions {
  readonly objects: ObjectStore;
  /** What the target wants at most. */
  readonly changesAMessage?: number;
}

/** One line a group, in the order of their first changes. */
export function pack(wanted: readonly WantedChange[], options: PackOptions & { readonly orderBy: Route['orderBy'] }): Line[] {
  const groups = new Map<string, WantedChange[]>();
  for (const one of wanted) {
    const group = one.change.group(options.orderBy);
    const others = groups.get(group);
    if (others) others.push(one);
    else groups.set(group, [one]);
  }
  return [...groups].map(([group, changes]) => new Line(group, messagesOf(group, changes, options)));
}

/** Changes that were spilled together, as messages that say so. */
export function packSpilled(spilled: string, group: string, wanted: readonly WantedChange[], options: PackOptions): Message[] {
  return messagesOf(group, wanted, options).map((message) => ({ ...message, spilled }));
}

function messagesOf(group: string, wanted: readonly WantedChange[], { objects, changesAMessage = CHANGES_A_MESSAGE }: PackOptions): Message[] {
  if (wanted.length === 1) return [single(group, wanted[0], objects)];
  const messages: Message[] = [];
  let run: WantedChange[] = [];
  let bytes = 0;
  const close = () => {
    if (run.length > 0) messages.push(run.length === 1 ? single(group, run[0], objects) : several(group, run.map(({ change }) => change)));
    run = [];
    bytes = 0;
  };
  for (const one of wanted) {
    const size = one.change.body.bytes;
    if (run.length > 0 && (one.filterError || bytes + size > MESSAGE_BYTES - ENVELOPE_BYTES || run.length === changesAMessage)) close();
    run.push(one);
    bytes += size;
    if (one.filterError) close();
  }
  close();
  return messages;
}

/** The same for every target that orders alike: a message made for each of them would be most of what the relay leaves to the garbage collector. */
function single(group: string, { change, filterError }: WantedChange, objects: ObjectStore): Message {
  if (filterError) return alone(group, change, () => (isLarge(change) ? change.claim(objects, filterError) : failedBody(change, filterError)));
  if (change.alone?.group !== group) change.alone = alone(group, change, () => (isLarge(change) ? change.claim(objects) : change.body));
  return change.alone;
}

function alone(group: string, change: PreparedChange, body: Message['body']): Message {
  const changes = [change];
  return { group, changes, deduplicationId: deduplicationId(changes), body };
}

function isLarge({ body }: PreparedChange): boolean {
  return body.bytes > MESSAGE_BYTES;
}

function failedBody(change: PreparedChange, filterError: FilterError): MessageBody {
  const text: ChangeEnvelope = { v: ENVELOPE_VERSION, changes: [change.record], ...change.flags(filterError) };
  return new MessageBody(messageJson(text));
}

function several(group: string, changes: readonly PreparedChange[]): Message {
  let body: MessageBody | undefined;
  return {
    group,
    changes,
    deduplicationId: deduplicationId(changes),
    body: () => (body ??= new MessageBody(envelope(changes.map(({ json }) => json), changes[0].isGivenUp))),
  };
}

const SAFE_ID = /^[A-Za-z0-9-]{1,100}$/;

/** The same changes are the same message, however often they are sent within a generation; in other company they are another. */
function deduplicationId(changes: readonly PreparedChange[]): string {
  const ids = changes.map(({ record, at }) => record.eventID ?? at);
  const id = ids.length === 1 && SAFE_ID.test(ids[0]) ? ids[0] : createHash('sha256').update(ids.join(' ')).digest('base64url');
  return `${id}.${changes[0].generation}`;
}
