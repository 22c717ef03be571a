import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { WORKER_HEADER } from './worker-header';
import { placeOf, POISON_WORD } from './writing';

export interface ModelServerOptions {
  readonly seed: number;
  /** How long an answer takes. */
  readonly answerMillis: { readonly min: number; readonly max: number };
  /** Share of calls that are answered with 429 and Retry-After. @default 0 */
  readonly throttled?: number;
  /** Share of calls that are never answered. @default 0 */
  readonly hanging?: number;
  /** Share of calls that are answered with something that is no verdict, at most one a text. @default 0 */
  readonly nonsense?: number;
  /** Workers to kill: while a text is judged whose number among the judged ones is here. */
  readonly killWorkerAt?: readonly number[];
}

interface Question {
  readonly text: string;
  readonly idempotencyKey: string;
}

const RETRY_AFTER_SECONDS = 1;

/**
 * A language model behind Bedrock's Converse API, as models are: slow, throttled, hanging, now and then talking nonsense, sometimes down. What it does to a text is decided by the
 * seed and how often it was asked about that text.
 */
export class ModelServer {
  /** Nobody is answered: half the calls with 503, half by hanging up. */
  public isDown = false;
  public calls = 0;
  public throttled = 0;
  public hung = 0;
  public nonsense = 0;
  public refused = 0;
  public killed = 0;
  /** Calls under a key that had been answered before. */
  public repeated = 0;
  public mostAtOnce = 0;
  /** What was asked about, in the order in which calls came. */
  public readonly asked: { readonly postId: string; readonly revision: number }[] = [];
  private judgedCount = 0;
  private atOnce = 0;
  private readonly answers = new Map<string, string>();
  private readonly timesAsked = new Map<string, number>();
  private readonly saidNonsense = new Set<string>();
  private readonly server = createServer((request, response) => void this.converse(request, response));

  public constructor(private readonly options: ModelServerOptions) {}

  /** Texts that a whole answer was worked out for: what a provider sends a bill for. */
  public get judged(): number {
    return this.judgedCount;
  }

  public async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** How long judging this text takes, for the first time. */
  public readonly millisOf = (text: string): number => {
    const { min, max } = this.options.answerMillis;
    // Most answers are quick, a few take very long.
    return Math.round(min + (max - min) * this.chance(text, 'time') ** 2);
  };

  private async converse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    response.once('close', () => { this.atOnce -= 1; });
    const question = await read(request).catch(() => undefined);
    if (!question) return void response.writeHead(400).end();
    this.calls += 1;
    this.asked.push(placeOf(question.text));
    return this.isDown ? this.refuse(response) : this.answer(question, Number(request.headers[WORKER_HEADER] ?? 0), response);
  }

  private refuse(response: ServerResponse): void {
    this.refused += 1;
    if (this.refused % 2 === 0) response.destroy();
    else response.writeHead(503).end();
  }

  private async answer({ text, idempotencyKey }: Question, worker: number, response: ServerResponse): Promise<void> {
    const times = (this.timesAsked.get(text) ?? 0) + 1;
    this.timesAsked.set(text, times);
    const known = this.answers.get(idempotencyKey);
    if (known !== undefined) {
      this.repeated += 1;
      return say(response, known);
    }
    const { throttled = 0, hanging = 0, nonsense = 0, killWorkerAt = [] } = this.options;
    const dice = this.chance(text, `call ${times}`);
    if (dice < hanging) {
      this.hung += 1;
      return undefined;
    }
    if (dice < hanging + throttled) {
      this.throttled += 1;
      return void response.writeHead(429, { 'retry-after': String(RETRY_AFTER_SECONDS) }).end();
    }
    this.judgedCount += 1;
    const kill = killWorkerAt.includes(this.judgedCount) && worker > 0;
    const millis = this.millisOf(text);
    await pause(kill ? millis / 2 : millis);
    if (kill) {
      this.killed += 1;
      process.kill(worker, 'SIGKILL');
      return undefined;
    }
    if (text.includes(POISON_WORD) || (dice < hanging + throttled + nonsense && !this.saidNonsense.has(text))) {
      this.nonsense += 1;
      this.saidNonsense.add(text);
      return say(response, 'As a language model I find this hard to put into words.');
    }
    const verdict = judge(text);
    this.answers.set(idempotencyKey, verdict);
    return say(response, verdict);
  }

  /** From 0 to 1, by the seed. */
  private chance(text: string, what: string): number {
    return createHash('sha256').update(`${this.options.seed} ${what} ${text}`).digest().readUInt32BE() / 2 ** 32;
  }
}

async function read(request: IncomingMessage): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as {
    messages: { content: { text: string }[] }[]; requestMetadata: { idempotencyKey: string };
  };
  return { text: /<post>(.*)<\/post>/s.exec(body.messages[0].content[0].text)![1], idempotencyKey: body.requestMetadata.idempotencyKey };
}

/** As good a moderator as a few words can be. */
function judge(text: string): string {
  const verdict = /watches|idiots|click here/i.test(text) ? { decision: 'REJECT', reason: 'Advertising or an insult.' }
    : /you know|somebody should/i.test(text) ? { decision: 'UNCLEAR', reason: 'It may be meant as a threat.' }
      : { decision: 'APPROVE', reason: 'Neighbours talking to each other.' };
  return `\`\`\`json\n${JSON.stringify(verdict)}\n\`\`\``;
}

/** As Converse answers. */
function say(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 120, outputTokens: 30, totalTokens: 150 },
    metrics: { latencyMs: 1 },
  }));
}

function pause(millis: number): Promise<void> {
  return new Promise((done) => setTimeout(done, millis));
}
