import { askedOutOfOrder, callsWithoutWaiting, lastTexts } from '../../../examples/moderation/demo/oracle';
import { makeWritings, placeOf, POISON_POST, POISON_WORD, Writing } from '../../../examples/moderation/demo/writing';

const PLAN = { seed: 3, posts: 30, edits: 200, spanMillis: 5_000 };

function writing(postId: string, revision: number, at: number): Writing {
  return { at, postId, author: 'a', revision, text: `t [${postId}/${revision}]`, decision: 'APPROVE' };
}

test('the schedule holds each post, its edits in order after it, and follows from the seed', () => {
  const writings = makeWritings(PLAN);

  expect(writings).toHaveLength(230);
  expect(new Set(writings.map(({ postId }) => postId)).size).toBe(30);
  expect(askedOutOfOrder(writings)).toBe(0);
  expect(writings.map(({ text }) => placeOf(text))).toEqual(writings.map(({ postId, revision }) => ({ postId, revision })));
  expect(makeWritings(PLAN)).toEqual(writings);
  expect(makeWritings({ ...PLAN, seed: 4 })).not.toEqual(writings);
});

test('one text is poison: the only one of its post', () => {
  const poison = makeWritings(PLAN).filter(({ text }) => text.includes(POISON_WORD));

  expect(poison).toEqual([lastTexts(makeWritings(PLAN)).get(POISON_POST)]);
});

test('a worker that never waits judges what is newest when it is free', () => {
  const writings = [writing('a', 1, 0), writing('a', 2, 10), writing('a', 3, 20), writing('a', 4, 200), writing('b', 1, 15)];

  expect(callsWithoutWaiting(writings, () => 100)).toBe(4);
  expect(callsWithoutWaiting(writings, () => 1)).toBe(5);
  expect(callsWithoutWaiting(writings, () => 300)).toBe(3);
});

test('an older text asked about after a newer one is out of order, the same one again is not', () => {
  const asked = [['a', 1], ['a', 3], ['b', 1], ['a', 3], ['a', 2], ['a', 4]] as const;

  expect(askedOutOfOrder(asked.map(([postId, revision]) => ({ postId, revision })))).toBe(1);
});
