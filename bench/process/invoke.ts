/** A Lambda function's process: loads one variant and hands it events. Started by function.ts. */

import { pathToFileURL } from 'node:url';
import { BatchPlan, eventJson } from '../events';
import { effects } from '../variants/effects';

export interface InvokeMessage {
  readonly plan: BatchPlan;
  /** Milliseconds the invocation may take. */
  readonly timeout: number;
}

/** What one invocation took and did. */
export interface Invoked {
  readonly wallMillis: number;
  readonly cpuMillis: number;
  readonly failures: number;
  /** Event ids in the order in which their effects took place. */
  readonly effects: string[];
}

type Handler = (event: unknown, context: object) => Promise<{ batchItemFailures: unknown[] }>;

async function main(): Promise<void> {
  const { handler } = await import(pathToFileURL(process.argv[2]).href) as { handler: Handler };
  process.on('message', (message: InvokeMessage) => void invoke(handler, message).then((invoked) => process.send!(invoked)));
  process.on('disconnect', () => process.exit());
  process.send!('ready');
}

/** Calls the handler once. An invocation that throws has failed for all its records. */
async function invoke(handler: Handler, { plan, timeout }: InvokeMessage): Promise<Invoked> {
  const event: unknown = JSON.parse(eventJson(plan));
  const done = effects();
  done.length = 0;
  const end = Date.now() + timeout;
  const started = performance.now();
  const before = process.cpuUsage();
  const failures = await handler(event, {
    awsRequestId: plan.name, functionName: process.env.AWS_LAMBDA_FUNCTION_NAME, getRemainingTimeInMillis: () => end - Date.now(),
  }).then(({ batchItemFailures }) => batchItemFailures.length, () => plan.records);
  const { user, system } = process.cpuUsage(before);
  return { wallMillis: performance.now() - started, cpuMillis: (user + system) / 1000, failures, effects: [...done] };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
