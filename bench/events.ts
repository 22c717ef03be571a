import { STREAM_ARN } from './settings';

/** Which batch to make: the same plan gives the same records, in any process. */
export interface BatchPlan {
  /** Tells this batch's items from those of others. */
  readonly name: string;
  readonly records: number;
  /** Items the records are spread over, in turn; as many as records unless said. */
  readonly items?: number;
}

const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000_000n;
/** Records of about two kilobytes as JSON. */
const PADDING = 'x'.repeat(1100);

/** Batches that were made before, under this name: making them from nothing leaves garbage for the invocation measured next to collect. */
const templates = new Map<string, string>();
const TEMPLATE_NAME = '(batch)';

/** The JSON of a stream event, as Lambda receives it. */
export function eventJson({ name, ...shape }: BatchPlan): string {
  const key = JSON.stringify(shape);
  let template = templates.get(key);
  if (template === undefined) {
    const plan = { ...shape, name: TEMPLATE_NAME };
    template = JSON.stringify({ Records: Array.from({ length: plan.records }, (_, index) => record(plan, index)) });
    templates.set(key, template);
  }
  return template.replaceAll(TEMPLATE_NAME, name);
}

export function eventId({ name }: BatchPlan, index: number): string {
  return `${name}-event-${String(index).padStart(6, '0')}`;
}

/** The number of a record in its batch, from its event id. */
export function indexOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}

export function itemOf({ records, items = records }: BatchPlan, index: number): number {
  return index % items;
}

function record(plan: BatchPlan, index: number): object {
  const id = { S: `${plan.name}-item-${itemOf(plan, index)}` };
  return {
    eventID: eventId(plan, index),
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: { orderId: id },
      NewImage: image(id, index),
      SequenceNumber: String(FIRST_SEQUENCE_NUMBER + BigInt(index)),
      SizeBytes: 1400,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: STREAM_ARN,
  };
}

function image(orderId: object, index: number): object {
  return {
    orderId,
    customer: { S: `customer-${index % 97}` },
    amount: { N: String(index * 7 + 0.25) },
    quantity: { N: String(index % 13) },
    status: { S: 'PLACED' },
    express: { BOOL: index % 2 === 0 },
    tags: { SS: ['new', 'web', 'gift'] },
    lines: { L: [0, 1, 2].map((line) => ({ M: { sku: { S: `sku-${line}` }, price: { N: '19.95' }, count: { N: String(line + 1) } } })) },
    address: { M: { street: { S: '12 Long Street' }, city: { S: 'Springfield' }, zip: { S: '12345' } } },
    note: { S: PADDING },
  };
}
