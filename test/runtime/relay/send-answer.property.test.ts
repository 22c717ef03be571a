import * as fc from 'fast-check';
import { readSendAnswer } from '../../../src/runtime/relay/send-answer';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"Id":"1"', '","Id":"7', '\\', '{"Failed":[]}', ''));
const id = fc.oneof(fc.nat({ max: 99 }).map(String), text);
const taken = fc.record({ Id: id, MessageId: text, SequenceNumber: text, MD5OfMessageBody: text }, { requiredKeys: ['Id'] })
  .chain((entry) => fc.shuffledSubarray(Object.keys(entry), { minLength: Object.keys(entry).length }).map((names) => (
    Object.fromEntries(names.map((name) => [name, entry[name as keyof typeof entry]])) as { Id: string }
  )));
const failed = fc.record({ Id: id, Code: text, SenderFault: fc.boolean() }, { requiredKeys: ['Id'] });
const answer = fc.record({ Successful: fc.array(taken, { maxLength: 10 }), Failed: fc.array(failed, { maxLength: 2 }) }, { requiredKeys: [] });

test('an answer is read as the JSON it is, whatever it holds, and however it is written', () => {
  fc.assert(fc.property(answer, fc.constantFrom(undefined, 2), ({ Successful, Failed }, indent) => {
    // GIVEN both lists in either order
    for (const written of [{ Successful, Failed }, { Failed, Successful }]) {
      expect(readSendAnswer(JSON.stringify(written, undefined, indent))).toEqual({
        accepted: (Successful ?? []).map(({ Id }) => Id),
        failed: (Failed ?? []).map(({ Id, Code = 'Failed' }) => ({ id: Id, code: Code })),
      });
    }
  }), { numRuns: 500 });
});

test.each(['', '{', '{"Successful":[{"Id":"1"}', '{"Successful":[{"Id":"1"}]', '{"Successful":[{"Id":"1"}]}x'])('fails on %j', (part) => {
  expect(() => readSendAnswer(part)).toThrow(SyntaxError);
});
