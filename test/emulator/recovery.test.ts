import { InvokeCommand } from '@aws-sdk/client-lambda';
import { LONG, QUEUED, RAW, RAW_QUEUED } from './fixtures/recovery/app';
import { Stage } from './fixtures/recovery/stage';
import { AutoRedriveEvent } from '../../src/contract/auto-redrive';

/** On one deployment, with permissions enforced and the table's key a customer's: what was given up comes back in order, by command and by itself. */
let stage: Stage;

beforeAll(async () => { stage = await Stage.open(); }, 120_000);
afterAll(() => stage?.close());

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe.each([QUEUED, LONG])('%s', (name) => {
  const item = `${name}-poisoned`;

  test('after the fix redrive applies a parked item in order while more of its changes arrive', async () => {
    await stage.breakFor(`${item}/1`);
    await stage.write(item, ...upTo(4));
    await stage.write(`${name}-other`, 0);
    await stage.stored(name, 3);
    expect(await stage.effect(item)).toMatchObject({ seen: [0] });
    await stage.until('the other item is applied', async () => (await stage.effect(`${name}-other`)).seen?.length === 1);
    const early = await stage.command('failures', 'redrive', '--subscriber', name);
    expect(early).toMatchObject({ status: 1, output: expect.stringContaining('failed: TypeError') });
    expect(early.output).not.toContain(item);

    await stage.breakFor();
    const writer = stage.keepWriting(item, 4);
    const redrive = await stage.command('failures', 'redrive', '--subscriber', name);
    const last = await writer.stop();
    expect(redrive).toMatchObject({ status: 0, output: expect.stringContaining('applied') });
    await stage.until('every change is applied', async () => {
      // What was stored while the item was being released, if anything, is redriven like the rest.
      expect(await stage.command('failures', 'redrive', '--subscriber', name)).toMatchObject({ status: 0 });
      return (await stage.effect(item)).seen?.length === last;
    });
    expect(await stage.effect(item)).toMatchObject({ seen: upTo(last) });
  }, 120_000);
});

test('a redrive that Ctrl-C ends goes on with --resume: nothing is applied twice, and what failed before is neither tried again nor forgotten', async () => {
  const items = ['a', 'b', 'c'].map((letter) => `${QUEUED}-${letter}`);
  await stage.breakFor(...items.map((item) => `${item}/0`));
  for (const item of items) await stage.write(item, 0, 1);
  await stage.stored(QUEUED, 6);
  const [first] = await stage.lines('failures', 'list', '--subscriber', QUEUED);
  const broken = await stage.itemOf(first.id);
  await stage.breakFor(`${broken}/0`);

  const run = stage.start('failures', 'redrive', '--subscriber', QUEUED, '--rate', '2', '--json');
  await run.says('"APPLIED"');
  process.kill(run.pid, 'SIGINT');
  expect(await run.ended).toBe(130);
  expect(run.output()).toContain('Stopping after the request under way');
  const resumed = await stage.command('failures', 'redrive', '--subscriber', QUEUED, '--resume');
  expect(resumed).toMatchObject({ status: 1, output: expect.stringContaining(`${QUEUED}: 2 applied.`) });
  expect(resumed.output).toContain('redrive without --resume');
  for (const item of items) expect(await stage.effect(item)).toEqual(item === broken ? {} : { id: item, seen: [0, 1] });

  await stage.breakFor();
  expect(await stage.command('failures', 'redrive', '--subscriber', QUEUED)).toMatchObject({ status: 0, output: `${QUEUED}: 2 applied.\n` });
  expect(await stage.effect(broken)).toEqual({ id: broken, seen: [0, 1] });
}, 120_000);

test('a parked item heals by itself when it is due: the deployed function, called as its schedule does', async () => {
  const item = `${QUEUED}-heals`;
  await stage.breakFor(`${item}/0`);
  await stage.write(item, 0, 1);
  await stage.stored(QUEUED, 2);
  const { functionArn, input } = await stage.scheduled('ItemsAutoRedriveSchedule0');
  const look = async (event: object) => {
    const Payload = Buffer.from(JSON.stringify(event));
    const answer = await stage.lambda.send(new InvokeCommand({ FunctionName: functionArn, Payload }));
    expect([answer.FunctionError, Buffer.from(answer.Payload!).toString()]).toEqual([undefined, 'null']);
  };
  // However quick the machine is, it has become due.
  const { subscribers } = input as AutoRedriveEvent;
  const due = { ...input, subscribers: subscribers.map((subscriber) => ({ ...subscriber, firstDelaySeconds: 0.001 })) };
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await look(due);
  expect(await stage.effect(item)).toEqual({});

  await stage.breakFor();
  await look(input);
  expect(await stage.effect(item)).toEqual({});
  await look(due);
  expect(await stage.effect(item)).toEqual({ id: item, seen: [0, 1] });
  expect(await stage.lines('failures', 'list', '--subscriber', QUEUED)).toEqual([]);
  await stage.write(item, 2);
  await stage.until('its next change is applied', async () => (await stage.effect(item)).seen?.length === 3);
}, 120_000);

test('a queue that our driver runs is paused and resumed', async () => {
  const item = `${QUEUED}-paused`;
  expect(await stage.command('pause', '--subscriber', QUEUED)).toMatchObject({ status: 0, output: expect.stringMatching(/is given up in at most 1\d d/) });
  await stage.until('the driver has heard of it', async () => !(await stage.isOn(QUEUED)));
  await stage.write(item, 1);
  await stage.until('it waits', async () => (await stage.lines('status', '--subscriber', QUEUED))[0].waiting === 1);
  expect(await stage.lines('status', '--subscriber', QUEUED)).toMatchObject([{ paused: true, concerns: [`${QUEUED} is paused`] }]);
  expect(await stage.effect(item)).toEqual({});

  expect(await stage.command('resume', '--subscriber', QUEUED)).toMatchObject({ status: 0, output: `${QUEUED} goes on where it stopped.\n` });
  await stage.until('it is applied', async () => (await stage.effect(item)).id === item);
}, 120_000);

test.each([
  ['stream', RAW, () => stage.app.outputs.RawName],
  ['queue', RAW_QUEUED, () => RAW_QUEUED],
])('a function of the user\'s own on a %s, deployed switched off, begins when it is resumed', async (_source, name, reader) => {
  const item = `${name}-waits`;
  expect(await stage.lines('status', '--subscriber', reader())).toMatchObject([{
    name: reader(), functionName: stage.app.outputs[`${name}Name`], table: stage.app.outputs.ItemsTable, paused: true, concerns: [`${reader()} is paused`],
  }]);
  await stage.write(item, 1);
  await stage.write(`${QUEUED}-${name}`, 1);
  // Everybody has read what was written before.
  await stage.until('another is applied', async () => (await stage.effect(`${QUEUED}-${name}`)).seen?.length === 1);
  expect([await stage.isOn(name), await stage.effect(item)]).toEqual([false, {}]);

  expect(await stage.command('resume', '--subscriber', reader())).toMatchObject({ status: 0, output: `${reader()} goes on where it stopped.\n` });
  await stage.until('it is applied', async () => (await stage.effect(item)).n === 1);
}, 120_000);

test('a function of the user\'s own gets again the batch that the mapping gave up, as it was', async () => {
  await stage.breakFor(`${RAW}-b/1`);
  for (const item of ['a', 'b', 'c']) await stage.write(`${RAW}-${item}`, 1);
  await stage.until('what is behind it is applied', async () => (await stage.effect(`${RAW}-c`)).n === 1);
  const name = stage.app.outputs.RawName;
  expect(await stage.lines('failures', 'list', '--subscriber', name)).toEqual([
    expect.objectContaining({ subscriber: name, changes: 1, condition: 'RetryAttemptsExhausted', batch: expect.stringMatching(/^aws\/lambda\//) }),
  ]);
  expect(await stage.command('failures', 'redrive', '--subscriber', name)).toMatchObject({ status: 1, output: expect.stringContaining(`${name}: 1 failed.`) });
  await stage.breakFor();
  expect(await stage.command('failures', 'redrive', '--subscriber', name)).toMatchObject({ status: 0, output: `${name}: 1 applied.\n` });
  expect(await stage.effect(`${RAW}-b`)).toMatchObject({ n: 1 });
  expect(await stage.command('failures', 'redrive', '--subscriber', name)).toMatchObject({ status: 0, output: `${name}: nothing to do.\n` });
}, 120_000);
