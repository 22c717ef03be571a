import { RedrivePlan } from './redrive-plan';
import { FailureRecord } from '../../../contract/failure-record';
import { RedriveAnswer, RedriveRequest } from '../../../contract/redrive';
import { RuntimeSettings, SETTINGS_VERSION } from '../../../contract/settings';
import type { Change } from '../../../runtime/change/change';
import type { ChangeContext } from '../../../runtime/change/context';
import { StreamRecord } from '../../../runtime/change/record';
import { PermanentError } from '../../../runtime/errors';
import { Memory } from '../../../runtime/lanes/memory';
import { RuntimePorts } from '../../../runtime/lanes/run';
import { settleBatch } from '../../../runtime/lanes/settle-batch';
import { Logger } from '../../../runtime/observe/logger';
import { Invocation } from '../../../runtime/ports';
import { settleRedrive } from '../../../runtime/redrive/settle-redrive';
import { FunctionFailedError } from '../../../runtime/redriver/ports';
import { Life, LifeWorld } from '../brokered/life';
import { effect } from '../effect';
import { MemoryDynamoDb } from '../memory-dynamodb';
import { LEDGER_TABLE } from '../world';

export const SUBSCRIBER = 'Subscriber';
const TIMEOUT_MILLIS = 30_000;

export interface FunctionWorld extends LifeWorld {
  readonly db: MemoryDynamoDb;
  readonly plan: RedrivePlan;
  stored(record: FailureRecord): Promise<void>;
  isFixed(): boolean;
}

/** The subscriber's function: a process for each invocation, which may end at any await. */
export class RedrivenFunction {
  public constructor(private readonly world: FunctionWorld) {}

  /** The records of a batch that are not settled; undefined when the process ended. */
  public deliver(records: readonly StreamRecord[]): Promise<readonly StreamRecord[] | undefined> {
    return this.invoke(async (ports, invocation) => {
      const lanes = await settleBatch(ports, records, invocation, { suspicious: false });
      return lanes.flatMap((lane) => lane.records.slice(lane.settled).map(({ record }) => record));
    });
  }

  /** Through JSON, as Lambda does. */
  public async redrive(request: RedriveRequest): Promise<RedriveAnswer> {
    const event = JSON.parse(JSON.stringify(request)) as RedriveRequest;
    const answer = await this.invoke((ports, invocation) => settleRedrive(ports, event, invocation));
    if (answer === undefined) throw new FunctionFailedError('Runtime.ExitError');
    return answer;
  }

  private async invoke<T>(run: (ports: RuntimePorts, invocation: Invocation) => Promise<T>): Promise<T | undefined> {
    const { clock } = this.world;
    const life = new Life(this.world);
    const end = clock.now() + TIMEOUT_MILLIS;
    let over = false;
    const died = new Promise<undefined>((resolve) => life.onDeath(() => {
      if (!over) this.world.count('functionDies');
      resolve(undefined);
    }));
    const cancel = clock.at(end, () => life.die());
    const invocation = { requestId: 'request', remainingMillis: () => Math.max(0, end - clock.now()) };
    const answer = await Promise.race([run(this.portsOf(life), invocation).catch(() => undefined), died]);
    cancel();
    over = true;
    life.die();
    return answer;
  }

  private portsOf(life: Life): RuntimePorts {
    const { db, dice, plan } = this.world;
    const settings: RuntimeSettings = {
      version: SETTINGS_VERSION,
      subscriber: SUBSCRIBER,
      handler: 'index.onChange',
      orderBy: 'ITEM',
      concurrency: 3,
      flushSize: 3,
      maxAttempts: 1,
      attemptSpanMillis: 0,
      onPoison: plan.onPoison,
      maxRecordAgeSeconds: 12 * 3600,
      logLevel: 'ERROR',
      logErrorMessages: false,
    };
    return {
      settings,
      ledgerTable: LEDGER_TABLE,
      clock: life.clock,
      random: dice.next,
      memory: new Memory(),
      writeLine: () => undefined,
      logger: new Logger(() => undefined, 'ERROR', {}),
      failures: {
        put: (record) => life.call(() => this.world.stored(record)),
        putIfAbsent: () => { throw new Error('only changes that come through a queue are stored so'); },
      },
      client: {
        batchGet: (input) => life.call(() => db.batchGet(input)),
        batchExecuteStatement: (input) => life.call(() => db.batchExecuteStatement(input)),
        update: (input) => life.call(() => db.update(input)),
        transactWrite: (input) => life.call(() => db.transactWrite(input)),
      },
      handler: (change, context) => this.handle(change, context),
    };
  }

  private async handle({ newImage }: Change, context: ChangeContext): Promise<void> {
    const ordinal = Number(newImage!.ordinal);
    if (this.world.plan.writes[ordinal].poison && !this.world.isFixed()) {
      this.world.count('poison');
      throw new PermanentError('poison');
    }
    await context.commit([effect(String(ordinal))]);
  }
}
