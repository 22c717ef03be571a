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
