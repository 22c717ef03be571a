import { S3FailureStore } from '../../src/runtime/failure/s3-failure-store';
import { S3Objects } from '../../src/runtime/relay/s3-objects';

type S3 = typeof import('@aws-sdk/client-s3');

test('a client that could not be loaded is loaded when it is needed again, and then once', async () => {
  // GIVEN a process whose first failure comes on a bad day
  let [loads, isBroken] = [0, true];
  const sent: object[] = [];
  const module = {
    PutObjectCommand: class { public constructor(public readonly input: object) {} },
    S3Client: class { public async send({ input }: { input: object }) { sent.push(input); } },
  } as unknown as S3;
  const store = new S3FailureStore(new S3Objects('failures', async () => {
    loads += 1;
    if (isBroken) throw new Error('EMFILE');
    return module;
  }));
  const put = () => store.put({ subscriber: 'a', keyHash: 'k', position: '1' } as never);
  await expect(put()).rejects.toThrow('EMFILE');
  // WHEN
  isBroken = false;
  await Promise.all([put(), put()]);
  // THEN
  expect(loads).toBe(2);
  expect(sent).toEqual(Array(2).fill(expect.objectContaining({ Bucket: 'failures', ContentType: 'application/json' })));
});

test('a list whose first page is empty is read on: an empty list closes a spill', async () => {
  // GIVEN a versioned bucket with many deleted keys
  const pages = [{ IsTruncated: true, NextContinuationToken: 'a' }, { Contents: [{ Key: 'spill/a/k/1.json' }], IsTruncated: false }];
  const objects = new S3Objects('failures', async () => s3That(() => pages.shift()!));
  expect(await objects.list('spill/', 50)).toEqual(['spill/a/k/1.json']);
});

test.each([
  ['a list that does not report where it continues', { IsTruncated: true }, (objects: S3Objects) => objects.list('spill/', 50)],
  ['an object without its content', {}, (objects: S3Objects) => objects.get('spill/a/k/1.json')],
  ['an object cut short', { ContentLength: 9, Body: { transformToByteArray: async () => Buffer.from('{') } }, (objects: S3Objects) => objects.get('k')],
])('fails for %s', async (_form, answer, call) => {
  await expect(call(new S3Objects('failures', async () => s3That(() => answer)))).rejects.toMatchObject({ name: 'PartialAnswerError' });
});

function s3That(answer: () => object): S3 {
  const command = class { public constructor(public readonly input: object) {} };
  return { ListObjectsV2Command: command, GetObjectCommand: command, S3Client: class { public async send() { return answer(); } } } as unknown as S3;
}
