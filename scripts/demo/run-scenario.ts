import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { Scenario, ScenarioResult, ScenarioStage } from './scenario';
import { FAILURE_PREFIX, FailureRecord } from '../../src/contract/failure-record';
import { openView, View } from '../../src/local/cli/live/view';
import { bucketClientSettings, clientSettings, deployAssembly, DeployedStack } from '../../src/local/deploy';
import { Driver, QueueDriver, startDriver, startQueueDriver } from '../../src/local/drive';
import { startEmulator } from '../../src/local/emulator';

const SYNTH_MILLIS = 120_000;
const DRAIN_MILLIS = 240_000;
const SHOW_MILLIS = 1_000;

export interface RunOptions {
  /** Functions may do only what their roles allow. @default false */
  readonly enforcePermissions?: boolean;
  readonly stateFile?: string;
  readonly nodeBinary?: string;
  /** How the app is synthesized. @default - by TypeScript's runner, as an app in TypeScript */
  readonly synthesize?: (context: { [name: string]: string }, outdir: string) => Promise<void>;
}

/** Synthesizes, deploys and drives one scenario, shows it as it happens, and stops all it started. */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<ScenarioResult> {
  const view = await openView(process.stdout);
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-demo-'));
  const emulator = await startEmulator({ ...options, onNotice: (sentence) => view.line(sentence) });
  let driver: Driver | undefined;
  let queues: QueueDriver | undefined;
  try {
    const context = await scenario.prepare();
    view.line(`${scenario.name}: synthesizing ${scenario.app}`);
    await (options.synthesize?.(context, outdir) ?? synthesize(scenario.app, context, outdir));
    view.line(`${scenario.name}: deploying to the emulator at ${emulator.endpoint}`);
    const stacks = await deployAssembly({ cloudAssemblyDir: outdir, endpoint: emulator.endpoint, driveQueues: true });
    driver = await startDriver({ mappings: stacks.flatMap(({ mappings }) => mappings) });
    queues = startQueueDriver({ mappings: stacks.flatMap(({ queueMappings }) => queueMappings) });
    const stage = stageOf(stacks, driver, queues);
    view.line(`${scenario.name}: publishing`);
    return await drive(scenario, stage, driver, view);
  } finally {
    view.close();
    await Promise.all([driver?.stop(), queues?.stop()]);
    await scenario.close();
    await emulator.stop();
    rmSync(outdir, { recursive: true, force: true });
  }
}

async function drive(scenario: Scenario, stage: ScenarioStage, driver: Driver, view: View): Promise<ScenarioResult> {
  const show = async () => view.update(await driver.status());
  const timer = setInterval(() => void show(), SHOW_MILLIS);
  try {
    await scenario.publish(stage);
    view.line(`${scenario.name}: ${scenario.published} published, waiting for the subscribers`);
    const { drained } = await driver.drain(DRAIN_MILLIS);
    await show();
    const result = await scenario.check(stage);
    return drained ? result : { ...result, problems: [`not drained after ${DRAIN_MILLIS / 1000} s`, ...result.problems] };
  } finally {
    clearInterval(timer);
  }
}

async function synthesize(app: string, context: { [name: string]: string }, outdir: string): Promise<void> {
  // The same TypeScript runner as every script here; the app finds the library by its package name.
  await promisify(execFile)(process.execPath, [require.resolve('tsx/cli'), app], {
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:disable-version-reporting': true }) },
    timeout: SYNTH_MILLIS,
  });
}

function stageOf(stacks: readonly DeployedStack[], driver: Driver, queues: QueueDriver): ScenarioStage {
  const { target } = stacks[0];
  const s3 = new S3Client(bucketClientSettings(target));
  return {
    outputs: Object.assign({}, ...stacks.map(({ outputs }) => outputs)),
    documents: DynamoDBDocument.from(new DynamoDBClient(clientSettings(target))),
    storedKeys: (bucket) => storedKeys(s3, bucket),
    mappings: async () => driver.status(),
    queues: () => queues.status(),
  };
}

async function storedKeys(s3: S3Client, Bucket: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: FAILURE_PREFIX, ContinuationToken }));
    for (const { Key } of page.Contents ?? []) {
      const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const { record } = JSON.parse(await object.Body!.transformToString()) as FailureRecord;
      const values = Object.values((record as { dynamodb: { Keys: { [name: string]: { S: string } } } }).dynamodb.Keys);
      keys.push(values[values.length - 1].S);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}
