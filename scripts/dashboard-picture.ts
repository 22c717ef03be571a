/**
 * `npx projen dashboard-picture`: draws docs/dashboard.svg, the dashboard of a table after a run on the emulator of about a minute: a steady stream of orders, a burst, a service
 * that is down for a while, and an order that cannot be applied.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { DASHBOARD, pictureApp } from './dashboard-picture/app';
import { drawDashboard } from './dashboard-picture/draw';
import { Recorder } from './dashboard-picture/recorder';
import { ensureEmulatorEnvironment } from './setup/emulator-environment';
import { clientSettings, deployAssembly } from '../src/local/deploy';
import { startDriver } from '../src/local/drive';
import { startEmulator } from '../src/local/emulator';

const OUTPUT = join(__dirname, '..', 'docs', 'dashboard.svg');
const SECONDS = 60;
const BURST = { from: 12, to: 18 };
const DOWN = { from: 28, to: 38 };
const POISON_AT = 45;

async function main(): Promise<void> {
  ensureEmulatorEnvironment();
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-picture-'));
  const emulator = await startEmulator({ stateFile: join(outdir, 'state.json') });
  try {
    const [stack] = await deployAssembly({ cloudAssemblyDir: pictureApp(join(outdir, 'cdk.out')).synth().directory, endpoint: emulator.endpoint });
    const driver = await startDriver({ mappings: stack.mappings });
    const queues = Object.values(stack.physicalIds).filter((id) => /^http.*\.fifo$/.test(id));
    const recorder = new Recorder(stack, driver, queues);
    const documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(stack.target)));
    const cloudWatch = new CloudWatchClient(clientSettings(stack.target));
    try {
      await write(documents, stack.outputs.OrdersTable, recorder);
      const { DashboardBody = '' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName: DASHBOARD }));
      const picture = drawDashboard(JSON.parse(DashboardBody), recorder.series, SECONDS);
      // CloudFormation's names differ from run to run.
      writeFileSync(OUTPUT, picture.replaceAll(stack.outputs.OrdersTable, 'Orders'));
      console.log(`${OUTPUT}: ${[...recorder.series.values()].flat().length} numbers of ${recorder.series.size} metrics`);
    } finally {
      cloudWatch.destroy();
      documents.destroy();
      recorder.close();
      await driver.stop();
    }
  } finally {
    await emulator.stop();
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Orders for a minute; each second's numbers are taken at its end. */
async function write(documents: DynamoDBDocument, TableName: string, recorder: Recorder): Promise<void> {
  const began = Date.now();
  for (let second = 0; second < SECONDS; second += 1) {
    const count = second >= BURST.from && second < BURST.to ? 30 : 8;
    const downUntil = second >= DOWN.from && second < DOWN.to ? began + DOWN.to * 1000 : 0;
    await Promise.all(Array.from({ length: count }, (_, index) => documents.put({
      TableName,
      Item: {
        orderId: `order-${second % 5}-${index}`,
        amount: (second * 37 + index * 91) % 500,
        downUntil,
        ...(second === POISON_AT && index === 0 && { poison: 'FraudCheck', amount: 400 }),
      },
    })));
    recorder.add('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', { TableName }, count);
    await recorder.sample();
    await sleep(Math.max(0, began + (second + 1) * 1000 - Date.now()));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
