import { FilterableRecord } from '../../filter/model';

const IMAGES = ['Keys', 'NewImage', 'OldImage'] as const;
const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];

/** Fails for what is no record as a stream has them: no filter would match it, and that would say nothing of the filter. */
export function checkStreamRecord(record: unknown): asserts record is FilterableRecord {
  if (!isObject(record)) throw new Error('"record" is a stream record, an object');
  if ('Records' in record) throw new Error('"record" is a whole event: give one of its Records');
  for (const image of IMAGES) {
    const attributes = isObject(record.dynamodb) ? record.dynamodb[image] : undefined;
    if (isObject(attributes)) for (const [name, value] of Object.entries(attributes)) checkAttribute(`dynamodb.${image}.${name}`, value);
  }
}

function checkAttribute(where: string, value: unknown): void {
  const [type, ...more] = isObject(value) ? Object.keys(value) : [];
  if (type === undefined || more.length > 0 || !TYPES.includes(type)) {
    throw new Error(`${where} is ${JSON.stringify(value)}: in a stream record a value stands below its type, such as {"N": "1001"} or {"S": "text"}`);
  }
  const content = (value as { readonly [type: string]: unknown })[type];
  if (type === 'N' && typeof content !== 'string') throw new Error(`${where} is ${JSON.stringify(value)}: in a stream record a number is text, such as {"N": "1001"}`);
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
