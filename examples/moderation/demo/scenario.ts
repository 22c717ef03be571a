import { ModelServer } from './model-server';
import { callsWithoutWaiting, askedOutOfOrder, isPoison, lastTexts } from './oracle';
import { readStored, StoredModeration } from './stored-moderation';
import { makeWritings, Writing } from './writing';
import { Scenario, ScenarioResult, ScenarioStage } from '../../../scripts/demo/scenario';
import { VISIBILITY } from '../handlers/post';

/** In the demo a second stands for a minute: the model takes up to one, a call is given up after three, and a dead worker is missed after ten. */
const MINUTE = 1_000;
const MAX_CONCURRENCY = 10;
const EDITS_A_POST = 20 / 3;
const MILLIS_A_WRITE = 25;
const WORKERS_KILLED = 3;
/** The model stays down until so many calls were refused and the stream was read to its end meanwhile, and no longer than this. */
const REFUSED_ENOUGH = 10;
const LONGEST_OUTAGE_MILLIS = 60_000;
/** Nothing more happens when nothing has happened for so long: a message pauses for no longer than half of what it has waited, which is less than five minutes. */
const STANDSTILL_MILLIS = 200_000;
const LOOK_MILLIS = 500;

/** Posts and edits, judged by a model that is slow, throttled, now and then hangs or talks nonsense, is down for a while, and whose callers are killed. */
export class ModerationScenario implements Scenario {
  public readonly name = 'moderation';
  public readonly app = 'examples/moderation/app.ts';
  private readonly writings: readonly Writing[];
  private readonly model: ModelServer;
  private publishedCount = 0;
  /** Changes the relay had read and sent on while the model was down, and those it had not. */
  private relayedInOutage = 0;
  private waitingInOutage = 0;

  /** @param writes posts and edits together */
  constructor(writes: number) {
    const posts = Math.max(10, Math.round(writes / (1 + EDITS_A_POST)));
    this.writings = makeWritings({ seed: 1, posts, edits: writes - posts, spanMillis: writes * MILLIS_A_WRITE });
    const kills = Array.from({ length: WORKERS_KILLED }, (_, index) => Math.round((posts * (index + 1)) / (WORKERS_KILLED + 1)));
    this.model = new ModelServer({
      seed: 1, answerMillis: { min: MINUTE / 60, max: MINUTE }, throttled: 0.3, hanging: 0.05, nonsense: 0.02, killWorkerAt: kills,
    });
  }

  public get published(): number {
    return this.publishedCount;
  }

  public async prepare(): Promise<{ [name: string]: string }> {
    return { modelUrl: await this.model.listen(), handlers: `${__dirname}/faulty`, forDemo: 'true' };
  }

  public async publish(stage: ScenarioStage): Promise<void> {
    const half = this.writings[Math.floor(this.writings.length / 2)].at;
    const start = Date.now();
    const written = this.write(stage, start);
    await until(start + half);
    this.model.isDown = true;
    await written;
    await this.watchOutage(stage);
    this.model.isDown = false;
  }

  public async check(stage: ScenarioStage): Promise<ScenarioResult> {
    const stored = await this.settled(stage);
    const expected = [...lastTexts(this.writings).values()];
    const poison = expected.filter(isPoison).map(({ postId }) => postId);
    const wrong = expected.filter((last) => !isPoison(last) && !isJudged(stored, last));
    const applied = [...stored.decisions.values()].reduce((sum, { length }) => sum + length, 0);
    const verdicts = [...stored.posts.values()].reduce((sum, { moderations = 0 }) => sum + moderations, 0);
    const problems = [
      ...wrong.slice(0, 5).map(({ postId, revision, decision }) => (
        `${postId}: the verdict must be ${decision} for text ${revision}, and is ${JSON.stringify(stored.posts.get(postId)?.moderation)}`)),
      ...([...stored.failures].sort().join() === poison.join() ? [] : [`in the failure store: ${stored.failures.join(', ')}; poison: ${poison.join(', ')}`]),
      ...(this.model.mostAtOnce > MAX_CONCURRENCY ? [`the model saw ${this.model.mostAtOnce} calls at once`] : []),
      ...(this.model.killed === WORKERS_KILLED ? [] : [`${this.model.killed} workers were killed`]),
      ...(this.waitingInOutage === 0 ? [] : [`${this.waitingInOutage} changes waited in the stream while the model was down`]),
    ];
    return {
      published: this.writings.length,
      applied,
      stored: stored.failures.length,
      lost: wrong.length,
      repeated: verdicts - applied,
      outOfOrder: askedOutOfOrder(this.model.asked),
      problems,
      lines: this.lines(stage, applied + stored.failures.length),
    };
  }

  public async close(): Promise<void> {
    await this.model.close();
  }

  private async write({ documents, outputs: { PostsTable: TableName } }: ScenarioStage, start: number): Promise<void> {
    const latest = new Map<string, Promise<unknown>>();
    for (const { at, postId, author, text, revision } of this.writings) {
      await until(start + at);
      // Whoever edits a post waits for the edit before.
      const own = (latest.get(postId) ?? Promise.resolve()).then(async () => {
        await documents.update({
          TableName,
          Key: { postId },
          UpdateExpression: 'SET author = :author, #text = :text, revision = :revision',
          ExpressionAttributeNames: { '#text': 'text' },
          ExpressionAttributeValues: { ':author': author, ':text': text, ':revision': revision },
        });
        this.publishedCount += 1;
      });
      latest.set(postId, own);
    }
    await Promise.all(latest.values());
  }

  /** All that was written must leave the stream while the model is down. */
  private async watchOutage({ mappings }: ScenarioStage): Promise<void> {
    const end = Date.now() + LONGEST_OUTAGE_MILLIS;
    for (;;) {
      const [{ read, waiting }] = await mappings();
      this.relayedInOutage = read - waiting;
      this.waitingInOutage = waiting;
      if ((read >= this.publishedCount && waiting === 0 && this.model.refused >= REFUSED_ENOUGH) || Date.now() > end) return;
      await until(Date.now() + LOOK_MILLIS);
    }
  }

  /** What is stored when every post is judged, or nothing happens any more. */
  private async settled(stage: ScenarioStage): Promise<StoredModeration> {
    const expected = [...lastTexts(this.writings).values()];
    let [calls, quietSince] = [this.model.calls, Date.now()];
    for (;;) {
      const stored = await readStored(stage);
      const open = expected.filter((last) => (isPoison(last) ? !stored.failures.includes(last.postId) : !isJudged(stored, last)));
      if (this.model.calls > calls) [calls, quietSince] = [this.model.calls, Date.now()];
      if (open.length === 0 || Date.now() - quietSince > STANDSTILL_MILLIS) return stored;
      await until(Date.now() + LOOK_MILLIS);
    }
  }

  private lines(stage: ScenarioStage, settled: number): string[] {
    const { judged, calls, throttled, hung, nonsense, refused, killed, repeated, mostAtOnce } = this.model;
    const [{ mostInFlight, invocations }] = stage.queues();
    return [
      `time is scaled: a second stands for a minute; the model answers in up to ${MINUTE} ms`,
      `model: ${calls} calls, ${throttled} throttled, ${hung} never answered, ${nonsense} answered with nonsense, ${refused} refused in the outage, `
        + `${repeated} repeated by idempotency key; ${killed} workers killed; at most ${mostAtOnce} calls at once of ${MAX_CONCURRENCY} allowed`,
      `texts judged: ${judged} for ${this.writings.length} written; processing each takes ${this.writings.length}, never waiting and never failing `
        + `${callsWithoutWaiting(this.writings, this.model.millisOf)}, knowing the future ${lastTexts(this.writings).size}`,
      `${this.writings.length - settled} texts were superseded before they were judged, or while they were`,
      `while the model was down the relay read ${this.relayedInOutage} changes, and ${this.waitingInOutage} waited in the stream`,
      `worker: ${invocations} invocations, at most ${mostInFlight} at once`,
    ];
  }
}

/** The verdict is for this text, right, and everywhere it should be. */
function isJudged({ posts, decisions, reviews }: StoredModeration, { postId, revision, decision }: Writing): boolean {
  const post = posts.get(postId);
  return post?.moderation?.revision === revision
    && post.moderation.decision === decision
    && post.visibility === VISIBILITY[decision]
    && (decisions.get(postId)?.includes(revision) ?? false)
    && reviews.get(postId) === (decision === 'UNCLEAR' ? revision : undefined);
}

async function until(time: number): Promise<void> {
  await new Promise((done) => setTimeout(done, Math.max(0, time - Date.now())));
}
