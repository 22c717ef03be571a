import { ModelServer, ModelServerOptions } from '../../../examples/moderation/demo/model-server';
import { HttpModel } from '../../../examples/moderation/handlers/http-model';
import { ConverseOutput } from '../../../examples/moderation/handlers/language-model';
import { askForVerdict, readVerdict } from '../../../examples/moderation/handlers/verdict';

let server: ModelServer;

afterEach(() => server.close());

async function serverWith(options: Partial<ModelServerOptions>): Promise<HttpModel> {
  server = new ModelServer({ seed: 1, answerMillis: { min: 1, max: 2 }, ...options });
  return new HttpModel(await server.listen());
}

function ask(model: HttpModel, text: string, key: string, abortSignal = new AbortController().signal): Promise<ConverseOutput> {
  return model.converse(askForVerdict({ postId: 'a', author: 'a', revision: 1, text }, 'amazon.nova-lite-v1:0', key), { abortSignal });
}

test('it answers as Converse does, once for each key', async () => {
  const model = await serverWith({});

  const first = readVerdict(await ask(model, 'Genuine watches [a/1]', 'one'));
  const again = readVerdict(await ask(model, 'Genuine watches [a/1]', 'one'));

  expect(first).toEqual(again);
  expect(first.decision).toBe('REJECT');
  expect(server).toMatchObject({ calls: 2, judged: 1, repeated: 1, asked: [{ postId: 'a', revision: 1 }, { postId: 'a', revision: 1 }] });
});

test('a throttle and an outage are told as such, and cost the client no attempt', async () => {
  const model = await serverWith({ throttled: 1 });

  await expect(ask(model, 'Hello [a/1]', 'one')).rejects.toMatchObject({ name: 'RetryLaterError', after: 1_000 });
  server.isDown = true;
  for (const key of ['two', 'three']) await expect(ask(model, 'Hello [a/1]', key)).rejects.toMatchObject({ name: 'RetryLaterError' });

  expect(server).toMatchObject({ throttled: 1, refused: 2, judged: 0 });
});

test('a call that hangs ends with its signal', async () => {
  const model = await serverWith({ hanging: 1 });

  const caller = new AbortController();
  const call = ask(model, 'Hello [a/1]', 'one', caller.signal);
  while (server.hung === 0) await new Promise((done) => setTimeout(done, 1));
  caller.abort();

  await expect(call).rejects.toMatchObject({ name: 'RetryLaterError' });
});

test('nonsense is said once a text, and always of poison', async () => {
  const model = await serverWith({ nonsense: 1 });
  const verdicts: string[] = [];
  for (const [text, key] of [['Hello [a/1]', 'one'], ['Hello [a/1]', 'one'], ['qwrtzxy [a/2]', 'two'], ['qwrtzxy [a/2]', 'two']]) {
    const output = await ask(model, text, key);
    verdicts.push((() => { try { return readVerdict(output).decision; } catch (error) { return (error as Error).name; } })());
  }

  expect(verdicts).toEqual(['NoVerdictError', 'APPROVE', 'NoVerdictError', 'NoVerdictError']);
});

test('calls at once are counted, those that were given up no more', async () => {
  const model = await serverWith({ answerMillis: { min: 30, max: 31 } });

  await Promise.all([1, 2, 3].map((revision) => ask(model, `Hello [a/${revision}]`, String(revision))));
  await ask(model, 'Hello [a/4]', '4');

  expect(server.mostAtOnce).toBe(3);
});
