import { MemoryDriver, MemoryStream, VirtualClock } from '../../../src/local/drive/memory';
import { DeliverAction, failureDelivery, lambdaEvent, mappingConfig, MappingSettings, offeredRecord, StreamMapping } from '../../../src/local/model';

const change = (ordinal: number) => offeredRecord({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber: String(1000 + ordinal), ApproximateCreationDateTime: 0, Keys: { id: { S: 'a' } } },
});

type Handler = (event: { Records: unknown[] }) => Promise<unknown>;

function setUp(handler: Handler, settings: MappingSettings = {}, deliver: (action: DeliverAction) => Promise<boolean> = async () => true) {
  const clock = new VirtualClock();
  const stream = new MemoryStream();
  const mapping = new StreamMapping(mappingConfig({ onFailure: { type: 'S3', arn: 'arn:bucket' }, ...settings }));
  const driver = new MemoryDriver(clock, stream, mapping, {
    invoke: async ({ records }) => ({ kind: 'returned', payload: await handler(lambdaEvent(records)) }),
    deliver,
  });
  stream.openShard('shard');
  return { clock, stream, mapping, driver };
}

test('an asynchronous handler takes the virtual time it sleeps', async () => {
  const batches: number[] = [];
  const { clock, stream, driver } = setUp(async event => {
    batches.push(event.Records.length);
    await clock.sleep(5000);
  });
  driver.enable();
  for (const at of [0, 1000, 2000]) clock.at(at, () => stream.append('shard', change(at)));
  await clock.runAsync();
  expect(batches).toEqual([1, 2]);
  expect(clock.now()).toBe(10_000);
});

test('a handler that rejects has failed, and the discarded event reaches the destination whole', async () => {
  const config = mappingConfig({ onFailure: { type: 'S3', arn: 'arn:bucket' } });
  const payloads: string[] = [];
  const { clock, stream, mapping, driver } = setUp(() => Promise.reject(new Error('no')), { retryAttempts: 1 }, async action => {
    await clock.sleep(10);
    payloads.push(JSON.parse(failureDelivery(config, action, 'id').body).payload);
    return true;
  });
  stream.append('shard', change(1));
  driver.enable();
  await clock.runAsync();
  expect(payloads.map(payload => JSON.parse(payload))).toEqual([lambdaEvent([change(1)])]);
  expect(mapping.metrics).toMatchObject({ Errors: 2, OnFailureDestinationDeliveredEventCount: 1 });
});

test('a rejected delivery counts as refused', async () => {
  const { clock, stream, mapping, driver } = setUp(() => Promise.reject(new Error('no')), { retryAttempts: 0 },
    () => Promise.reject(new Error('access denied')));
  stream.append('shard', change(1));
  driver.enable();
  await clock.runAsync();
  expect(mapping.metrics.DestinationDeliveryFailures).toBe(1);
});

test('a shard that splits is drained before its children are read', async () => {
  const seen: unknown[][] = [];
  const { clock, stream, driver } = setUp(async event => {
    seen.push(event.Records);
    await clock.sleep(1000);
  });
  driver.enable();
  stream.append('shard', change(1));
  clock.at(100, () => {
    stream.append('shard', change(2));
    stream.split('shard', ['left', 'right']);
    stream.append('left', change(3));
    stream.append('right', change(4));
  });
  await clock.runAsync();
  expect(seen).toEqual([1, 2, 3, 4].map(ordinal => [change(ordinal).record]));
});

test('polls are a quarter of a second apart', async () => {
  const times: number[] = [];
  const { clock, stream, driver } = setUp(async () => { times.push(clock.now()); });
  driver.enable();
  for (const at of [10, 260, 1100]) clock.at(at, () => stream.append('shard', change(at)));
  await clock.runAsync();
  expect(times).toEqual([250, 500, 1250]);
});
