import { Fault } from './fault-counts';
import { HistoryPlan, KeySchema, RecordDefect, WritePlan } from './plan';
import { parseStreamArn, position } from '../../contract/position';
import { RawItem, RawValue } from '../../runtime/change/attribute-value';
import { StreamRecord } from '../../runtime/change/record';
import { MemoryStream } from '../drive/memory-stream';
import { OfferedRecord } from '../model';

/** In every key and every image, and nowhere else: whatever shows it has leaked table data. */
export const SECRET = 'top-secret';
/** The same for numbers, which hold no text. */
export const SECRET_NUMBER = 987_654_321_987_000;

export const TABLE = 'Orders';
export const PARTITION_KEY = 'pk';
const LARGE = 400_000;
const RECORD_BYTES = 500;
const PARTITIONS = 4;

/** A change as the simulation knows it; the runtime only sees `record`. */
export interface SimulatedChange {
  readonly ordinal: number;
  readonly item: number;
  /** Number of the partition key's value. */
  readonly partition: number;
  readonly kind: WritePlan['kind'];
  /** Value of the attribute `version` in the image that counts. */
  readonly version: number;
  readonly defect?: RecordDefect;
  readonly record: StreamRecord;
  readonly offered: OfferedRecord;
  /** Where the ledger should say it stands. */
  readonly at: string;
}

export interface StreamPhase {
  readonly arn: string;
  readonly stream: MemoryStream;
}

/** Writers, and the stream that they feed. Streams may be re-created: each is a phase of its own. */
export class SimulatedTable {
  public readonly changes: SimulatedChange[] = [];
  public readonly phases: StreamPhase[] = [];
  private readonly images = new Map<number, RawItem>();
  /** Shards that take writes. */
  private open: string[] = [];
  private shardCount = 0;
  private sequence: bigint;

  public constructor(private readonly plan: HistoryPlan, private readonly start: number, private readonly count: (fault: Fault) => void) {
    this.sequence = plan.digitGainAfter === undefined ? 100_000_000_000_000_000_000n : 10n ** 22n - BigInt(plan.digitGainAfter * 3);
    this.openPhase(plan.shards);
  }

  public write(ordinal: number, write: WritePlan, now: number): void {
    const partition = write.item % PARTITIONS;
    const keys = keysOf(this.plan.keySchema, write.item, partition);
    const before = this.images.get(write.item);
    // A deletion of nothing writes no stream record: it becomes an insert here.
    const remove = write.remove === true && before !== undefined;
    const image = remove ? undefined : imageOf(keys, ordinal, write);
    if (image) this.images.set(write.item, image);
    else this.images.delete(write.item);
    const digits = String(this.sequence).length;
    this.sequence += BigInt(1 + (ordinal * 7) % 5);
    const sequenceNumber = String(this.sequence);
    if (sequenceNumber.length > digits) this.count('sequenceNumberGainsDigit');
    if ((write.imageBytes ?? 0) >= LARGE) this.count('largeImage');
    if (write.defect) this.count(write.defect);
    const phase = this.phases[this.phases.length - 1];
    const record = spoilt({
      eventID: `change-${ordinal}`,
      eventName: remove ? 'REMOVE' : before ? 'MODIFY' : 'INSERT',
      eventSourceARN: phase.arn,
      dynamodb: {
        Keys: keys,
        ...(image && { NewImage: image }),
        ...(before && { OldImage: before }),
        SequenceNumber: sequenceNumber,
        ApproximateCreationDateTime: Math.floor(now / 1000),
        SizeBytes: 100,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    }, write.defect);
    const bytes = RECORD_BYTES + (write.imageBytes ?? 0);
    const change: SimulatedChange = {
      ordinal,
      item: write.item,
      partition,
      kind: image ? write.kind : before!.kind.S as WritePlan['kind'],
      version: image ? ordinal : Number(before!.version.N),
      defect: write.defect,
      record,
      offered: { sequenceNumber, arrivedAt: now, bytes, key: `item-${write.item}`, record },
      at: position(parseStreamArn(phase.arn)!.label, sequenceNumber),
    };
    this.changes[ordinal] = change;
    phase.stream.append(this.open[partition % this.open.length], change.offered);
  }

  /** Every open shard gets two children. An item's changes go on in a child of the shard they were in. */
  public split(): void {
    const parents = this.open;
    const { stream } = this.phases[this.phases.length - 1];
    this.open = Array.from({ length: parents.length * 2 }, () => this.newShardId());
    parents.forEach((parent, index) => stream.split(parent, this.open.filter((_child, place) => place % parents.length === index)));
    this.count('shardSplit');
  }

  /** The stream is switched off and on: a new ARN, and sequence numbers that have nothing to do with the old ones. */
  public recreate(): void {
    const { stream } = this.phases[this.phases.length - 1];
    for (const shard of this.open) stream.split(shard, []);
    this.sequence = this.sequence > 10n ** 21n ? 10n ** 20n : this.sequence / 2n + 10n ** 20n;
    this.openPhase(1);
    this.count('streamRecreated');
  }

  private openPhase(shards: number): void {
    const label = new Date(this.start + this.phases.length * 1000).toISOString().slice(0, 23);
    const stream = new MemoryStream();
    this.phases.push({ arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TABLE}/stream/${label}`, stream });
    this.open = Array.from({ length: shards }, () => this.newShardId());
    for (const shard of this.open) stream.openShard(shard);
  }

  private newShardId(): string {
    this.shardCount += 1;
    return `shard-${this.shardCount}`;
  }
}

function keysOf(schema: KeySchema, item: number, partition: number): RawItem {
  switch (schema) {
    case 'S': return { [PARTITION_KEY]: { S: `${SECRET}-${item}` } };
    case 'N': return { [PARTITION_KEY]: { N: String(SECRET_NUMBER + item) } };
    case 'B': return { [PARTITION_KEY]: { B: Buffer.from(`${SECRET}-${item}`).toString('base64') } };
    case 'SS': return { [PARTITION_KEY]: { S: `${SECRET}-${partition}` }, sk: { S: `${SECRET}-${item}` } };
    case 'SN': return { [PARTITION_KEY]: { S: `${SECRET}-${partition}` }, sk: { N: String(SECRET_NUMBER + item) } };
  }
}

const fillers = new Map<number, RawValue>();

/** Large values are shared: they are only carried around. */
function filler(bytes: number): RawValue {
  let value = fillers.get(bytes);
  if (!value) fillers.set(bytes, value = { S: SECRET.padEnd(bytes, '.') });
  return value;
}

function imageOf(keys: RawItem, ordinal: number, { kind, imageBytes }: WritePlan): RawItem {
  return {
    ...keys,
    version: { N: String(ordinal) },
    kind: { S: kind },
    note: { S: `${SECRET} ${ordinal}` },
    tags: { L: [{ S: SECRET }, { M: { amount: { N: '12.50' } } }] },
    ...(imageBytes !== undefined && { filler: filler(imageBytes) }),
  };
}

function spoilt(record: StreamRecord, defect: RecordDefect | undefined): StreamRecord {
  const { dynamodb } = record;
  switch (defect) {
    case undefined: return record;
    case 'noSequenceNumber': return { ...record, dynamodb: { ...dynamodb, SequenceNumber: undefined } };
    case 'unreadableKeys': return { ...record, dynamodb: { ...dynamodb, Keys: {} } };
    case 'unreadableImage': return { ...record, dynamodb: { ...dynamodb, NewImage: { strange: { X: SECRET } as RawValue }, OldImage: undefined } };
  }
}
