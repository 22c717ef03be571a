import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { item, mapOf, NAMES, value } from './values';
import { ChangeJson } from '../../../src/contract/change-json';
import { Change, changeFromJson } from '../../../src/runtime';
import { readChange } from '../../../src/runtime/change/read-change';
import type { StreamRecord } from '../../../src/runtime/change/record';

const EXPIRY = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

/** Any record of a stream with any of its views. */
const records: fc.Arbitrary<StreamRecord> = fc.record({
  eventName: fc.constantFrom('INSERT', 'MODIFY', 'REMOVE'),
  eventID: fc.string(),
  userIdentity: fc.constantFrom(undefined, EXPIRY),
  dynamodb: fc.record({
    Keys: item,
    NewImage: item,
    OldImage: item,
    SequenceNumber: fc.stringMatching(/^[1-9]\d{20,39}$/),
    ApproximateCreationDateTime: fc.integer({ min: 0, max: 4_000_000_000_000 }).map((millis) => millis / 1000),
  }, { requiredKeys: ['Keys', 'SequenceNumber', 'ApproximateCreationDateTime'] }),
}, { requiredKeys: ['eventName', 'eventID', 'dynamodb'] });

const RECORD: StreamRecord = {
  eventID: 'e1',
  eventName: 'MODIFY',
  userIdentity: EXPIRY,
  dynamodb: {
    Keys: { id: { S: 'a' } },
    NewImage: { id: { S: 'a' }, n: { N: '12345678901234567890' }, b: { B: 'AAEC' }, s: { NS: ['1', '2'] }, ...mapOf([['__proto__', { S: 'p' }]]) },
    OldImage: { id: { S: 'a' }, n: { N: '1' } },
    SequenceNumber: '100000000000000000001',
    ApproximateCreationDateTime: 1_785_263_099.123,
  },
};

const FIELDS = [
  'approximateCreationDateTime', 'changed', 'eventID', 'eventName', 'expiredByTtl', 'keys', 'newImage', 'oldImage', 'sequenceNumber',
] as const;

describe('the JSON form of a change', () => {
  test('version 1, to the letter', () => {
    expect(JSON.stringify(readChange({ ...RECORD, dynamodb: { ...RECORD.dynamodb, NewImage: { n: { N: '1.0' } } } }))).toBe(
      '{"formatVersion":1,"eventName":"MODIFY","eventID":"e1","sequenceNumber":"100000000000000000001","approximateCreationDateTime":"2026-07-28T18:24:59.123Z",'
      + '"expiredByTtl":true,"keys":{"id":{"S":"a"}},"newImage":{"n":{"N":"1.0"}},"oldImage":{"id":{"S":"a"},"n":{"N":"1"}}}',
    );
  });

  test('a change reads back from it the same', () => {
    fc.assert(fc.property(records, (record) => {
      const change = readChange(record);
      const text = JSON.stringify(change);
      const back = changeFromJson(text);
      expect(JSON.stringify(back)).toBe(text);
      expect(Object.keys(back).sort()).toEqual(Object.keys(change).sort());
      for (const field of FIELDS) if (field !== 'changed') expect(back[field]).toEqual(change[field]);
      for (const name of [...NAMES, ...Object.keys(record.dynamodb?.NewImage ?? {})]) expect(back.changed(name)).toBe(change.changed(name));
      expect(JSON.stringify(changeFromJson(JSON.parse(text) as ChangeJson))).toBe(text);
    }), { numRuns: 200 });
  }, 60_000);

  test('holds every attribute value as the stream has it', () => {
    fc.assert(fc.property(value, (a) => {
      const json = JSON.parse(JSON.stringify(readChange({ dynamodb: { NewImage: { a } } }))) as ChangeJson;
      expect(JSON.stringify(json.newImage)).toBe(JSON.stringify({ a }));
    }));
  });

  test('shows the change as it was delivered, and altering it alters nothing', () => {
    const change = readChange(RECORD);
    const before = JSON.stringify(change);
    (change.newImage as { n: unknown }).n = 7;
    (change.toJSON().keys as { id: unknown }).id = 7;
    expect(JSON.stringify(change)).toBe(before);
    expect(RECORD.dynamodb?.Keys).toEqual({ id: { S: 'a' } });
  });

  test.each<[string, unknown, RegExp]>([
    ['text that is not JSON', '{secret', /not JSON/],
    ['no object', 'null', /the change is not an object/],
    ['another version', { formatVersion: 2 }, /formatVersion is not 1/],
    ['a number as sequence number', { sequenceNumber: 1 }, /sequenceNumber is not text/],
    ['a time that is none', { approximateCreationDateTime: 'secret' }, /approximateCreationDateTime is not a time/],
    ['no keys', { keys: undefined }, /keys is not an object/],
    ['a number in an image', { newImage: { total: { N: 1 } } }, /newImage.total is not an attribute value/],
    ['a plain value in an image', { newImage: { total: 'secret' } }, /newImage.total is not an attribute value/],
    ['two types at once', { oldImage: { a: { L: [{ S: 'a' }, { S: 'secret', N: '1' }] } } }, /oldImage.a\[1\] is not an attribute value/],
    ['a type by the name of an object\'s member', { oldImage: { a: { M: { b: { constructor: 'secret' } } } } }, /oldImage.a.b is not an attribute value/],
  ])('fails on %s, and quotes no value', (_name, slip, message) => {
    const json = (typeof slip === 'string' ? slip : { ...readChange(RECORD).toJSON(), ...slip as object }) as ChangeJson;
    expect(() => changeFromJson(json)).toThrow(message);
    expect(() => changeFromJson(json)).not.toThrow(/secret/);
  });
});

describe('a copy of a change', () => {
  const plain = (change: Change) => Object.fromEntries(FIELDS.filter((field) => field !== 'changed').map((field) => [field, change[field]]));

  test.each<[string, (change: Change) => object]>([
    ['spread', (change) => ({ ...change })],
    ['Object.assign', (change) => Object.assign({}, change)],
    ['Object.entries', (change) => Object.fromEntries(Object.entries(change))],
    ['destructuring', ({ ...rest }) => rest],
  ])('%s has all of it', (_name, copy) => {
    const change = readChange(RECORD);
    const copied = copy(change) as Change;
    expect(Object.keys(copied).sort()).toEqual(FIELDS);
    expect(plain(copied)).toEqual(plain(change));
    expect([copied.changed('n'), copied.changed('id')]).toEqual([true, false]);
  });

  test('methods work without the change', () => {
    const { changed, toJSON } = readChange(RECORD);
    expect([changed('n'), changed('id')]).toEqual([true, false]);
    expect(toJSON()).toEqual(readChange(RECORD).toJSON());
  });

  test('an altered spread copy does not write what the change was', () => {
    expect(JSON.stringify({ ...readChange(RECORD), newImage: 'redacted', oldImage: undefined })).not.toContain('12345678901234567890');
  });

  test('structuredClone refuses', () => {
    expect(() => structuredClone(readChange(RECORD))).toThrow(/could not be cloned/);
  });

  test('has only the images that the record has', () => {
    const { OldImage: _, ...dynamodb } = RECORD.dynamodb!;
    expect(Object.keys(readChange({ ...RECORD, dynamodb }))).not.toContain('oldImage');
  });

  test('console.log shows its fields', () => {
    expect(inspect(readChange(RECORD))).toMatch(/eventName: 'MODIFY'[\s\S]*newImage: \{[\s\S]*ExactNumber\(12345678901234567890\)/);
  });
});
