import { RedrivePlace } from '../../../../src/local/cli/failures/place';
import { MemoryStore } from '../../../runtime/redriver/memory';

test('an interrupted redrive is gone on with behind what it has dealt with, until one has come to its end', async () => {
  const store = new MemoryStore();
  const interrupted = new RedrivePlace(store, 'Test');
  expect(await interrupted.begin(false)).toBeUndefined();
  await interrupted.note('changes/Test/a/~');
  await interrupted.note('changes/Test/b/~');
  expect(store.keys()).toEqual(['changes/.redrives/Test/progress.json']);

  const resumed = new RedrivePlace(store, 'Test');
  expect(await resumed.begin(true)).toBe('changes/Test/b/~');
  expect(await new RedrivePlace(store, 'Other').begin(true)).toBeUndefined();
  await resumed.forget();
  expect(store.keys()).toEqual([]);
  expect(await resumed.begin(true)).toBeUndefined();
});

test('a redrive from the start that is interrupted before it has come anywhere is gone on with from the start, whatever an earlier one left', async () => {
  const store = new MemoryStore();
  await new RedrivePlace(store, 'Test').note('changes/Test/z/~');
  expect(await new RedrivePlace(store, 'Test').begin(false)).toBeUndefined();
  expect(await new RedrivePlace(store, 'Test').begin(true)).toBeUndefined();
});
