import { processPartialResponse } from '@aws-lambda-powertools/batch';
import { Delivery } from './delivery';
import { FaultyFailureStore } from './faulty-store';
import { SimulatedSettings, SubscriberPlan } from './plan';
import { SimulatedHandler } from './simulated-handler';
import { SimulatedProcess } from './simulated-process';
import { PARTITION_KEY, SECRET, SECRET_NUMBER, SimulatedChange } from './simulated-table';
import { Answer, SubscriberChecks } from './subscriber-checks';
import { LEDGER_TABLE, World } from './world';
import { RuntimeSettings, SETTINGS_VERSION } from '../../contract/settings';
import { LaneProcessor } from '../../runtime/lanes/lane-processor';
import { RuntimePorts } from '../../runtime/lanes/run';
import { InvocationOutcome } from '../model';

const SECRET_DIGITS = String(SECRET_NUMBER).slice(0, -3);
const SECRET_BASE64 = Buffer.from(SECRET).toString('base64').slice(0, 12);
/** Two deliveries at once begin within this time. */
const AT_ONCE_MILLIS = 50;
const LATER_MILLIS = 10 * 60_000;

/** One subscriber's function as Lambda runs it: processes that come and go, invocations that are repeated. */
export class SimulatedFunction {
  public readonly handler: SimulatedHandler;
  private settings: SimulatedSettings;
  private idle: SimulatedProcess[] = [];
  private busy = 0;
  private readonly active = new Set<Delivery>();
  private requests = 0;
  private deliveries = 0;
  private readonly ends = new Map<SimulatedProcess, () => void>();

  public constructor(
    private readonly world: World, private readonly plan: SubscriberPlan, private readonly checks: SubscriberChecks,
    private readonly filter: RuntimePorts['filter'],
  ) {
    this.settings = plan.settings;
    // An outage that nobody could tell from poison may be taken for it; in the profile made for outages it can be told.
    this.handler = new SimulatedHandler(world, plan.handler, checks, world.plan.profile !== 'outage');
  }

  /** A new version: warm processes of the old one get no more work. */
  public deploy(settings: Partial<SimulatedSettings>): void {
    this.world.count('deploy');
    this.settings = { ...this.settings, ...settings };
    this.idle = [];
    for (const process of this.ends.keys()) process.outdated = true;
  }

  /** The mapping invokes; what else the service may make of it is added here. */
  public invoke(changes: readonly SimulatedChange[]): InvocationOutcome | Promise<InvocationOutcome> {
    const { dice } = this.world;
    const { rates } = this.plan;
    if (dice.chance(rates.throttle)) {
      const throttled = dice.chance(0.7);
      this.world.count(throttled ? 'invocationThrottled' : 'serviceError');
      return { kind: throttled ? 'throttled' : 'serviceError' };
    }
    const requestId = this.newRequestId();
    if (dice.chance(rates.atOnce)) {
      this.world.count('twoDeliveriesAtOnce');
      this.again(changes, requestId, dice.int(0, AT_ONCE_MILLIS));
    } else if (dice.chance(rates.redeliver)) {
      this.again(changes, requestId, dice.int(1_000, LATER_MILLIS));
    }
    return this.deliver(changes, requestId).then((answer) => {
      if (answer === 'failed') return { kind: 'functionError' };
      if (dice.chance(rates.redeliver)) this.redeliverSuffix(changes, answer);
      return { kind: 'returned', payload: { batchItemFailures: answer.reported.map((itemIdentifier) => ({ itemIdentifier })) } };
    });
  }

  /** A delivery that the mapping knows nothing of. */
  private again(changes: readonly SimulatedChange[], requestId: string, millis: number): void {
    const same = this.world.dice.chance(0.5);
    this.world.count(same ? 'redeliveredWithSameRequestId' : 'redeliveredWithNewRequestId');
    this.world.underWay += 1;
    this.world.clock.at(this.world.clock.now() + millis, () => {
      void this.deliver(changes, same ? requestId : this.newRequestId());
      this.world.underWay -= 1;
    });
  }

  /** The reader goes back to a place behind which everything had been settled, or reported. */
  private redeliverSuffix(changes: readonly SimulatedChange[], answer: Exclude<Answer, 'failed'>): void {
    const reported = changes.findIndex(({ record }) => answer.reported.includes(record.dynamodb!.SequenceNumber));
    const from = this.world.dice.int(0, reported < 0 ? changes.length - 1 : reported);
    this.world.count('redeliveredSuffix');
    this.again(changes.slice(from), this.newRequestId(), this.world.dice.int(0, LATER_MILLIS));
  }

  private deliver(changes: readonly SimulatedChange[], requestId: string): Promise<Answer> {
    const { world, plan: { rates, timeoutMillis } } = this;
    const { clock, dice } = world;
    const process = this.takeProcess();
    this.deliveries += 1;
    const delivery = new Delivery(this.deliveries, changes, process.ports.settings, this.plan.handler);
    this.noteOverlap(delivery);
    world.underWay += 1;
    this.busy += 1;
    world.trace(() => `${this.checks.name}: delivery ${delivery.id} of ${changes.map(({ ordinal }) => ordinal).join(' ')}`);
    this.checks.deliveryBegins(delivery);
    process.begin(delivery, dice.chance(rates.killAtCall) ? { atCall: dice.int(1, 2 * changes.length + 5), after: dice.chance(0.5) } : undefined);
    return new Promise<Answer>((resolve) => {
      const end = (answer: Answer) => {
        if (delivery.ended) return;
        delivery.ended = true;
        cancelTimeout();
        this.ends.delete(process);
        this.active.delete(delivery);
        world.underWay -= 1;
        world.trace(() => `${this.checks.name}: delivery ${delivery.id} ended: ${answer === 'failed' ? 'failed' : `reported ${answer.reported.join(' ')}`}`);
        if (process.alive) this.checks.answered(delivery, answer);
        else this.checks.died(delivery);
        if (process.alive && !process.outdated) this.idle.push(process);
        resolve(answer);
      };
      const deadline = clock.now() + timeoutMillis;
      const cancelTimeout = clock.at(deadline, () => {
        world.count('timeout');
        process.die();
      });
      if (dice.chance(rates.killAtAnyTime)) this.killLater(process, delivery, timeoutMillis);
      this.ends.set(process, () => end('failed'));
      processPartialResponse({ Records: changes.map(({ record }) => record) as never }, process.ports.handler as never, new LaneProcessor(
        process.ports, { requestId, remainingMillis: () => Math.max(0, deadline - clock.now()) },
      )).then(
        ({ batchItemFailures }) => {
          if (process.blocked) return;
          if (process.alive && dice.chance(rates.killBeforeResponse)) process.die();
          end(process.alive ? { reported: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) } : 'failed');
        },
        () => { if (!process.blocked) end('failed'); },
      );
    });
  }

  private killLater(process: SimulatedProcess, delivery: Delivery, timeoutMillis: number): void {
    const { clock, count, dice } = this.world;
    clock.at(clock.now() + dice.int(0, dice.pick([20, 1_000, timeoutMillis])), () => {
      if (delivery.ended) return;
      count('killedAtAnyTime');
      process.die();
    });
  }

  private died(process: SimulatedProcess): void {
    const { delivery } = process;
    if (!delivery || delivery.ended) return;
    const unmarked = [...delivery.applied].some(({ lane, change }) => String(this.world.db.table(LEDGER_TABLE).get(lane.pk)?.mark ?? '') < change.at);
    if (delivery.applied.size > 0) this.world.count(unmarked ? 'crashAfterEffectBeforeMark' : 'crashAfterMarkBeforeResponse');
    this.ends.get(process)?.();
  }

  private noteOverlap(delivery: Delivery): void {
    for (const other of this.active) {
      if (!other.overlapped) this.checks.deliveriesOverlap(other);
      if (!delivery.overlapped) this.checks.deliveriesOverlap(delivery);
      other.overlapped = delivery.overlapped = true;
    }
    this.active.add(delivery);
  }

  private takeProcess(): SimulatedProcess {
    // What an ended invocation has left running may have ended its process.
    this.idle = this.idle.filter(({ alive }) => alive);
    const warm = this.world.dice.chance(this.plan.rates.coldStart) ? undefined : this.idle.pop();
    return warm ?? this.startProcess();
  }

  private startProcess(): SimulatedProcess {
    const { world, plan: { clockSkewMillis: skew }, checks } = this;
    const settings: RuntimeSettings = {
      version: SETTINGS_VERSION,
      subscriber: checks.name,
      handler: 'index.onChange',
      logLevel: 'INFO',
      logErrorMessages: false,
      ...(this.settings.orderBy === 'PARTITION_KEY' && { partitionKey: PARTITION_KEY }),
      ...this.settings,
    };
    return new SimulatedProcess({
      world,
      settings,
      ledgerTable: LEDGER_TABLE,
      clockSkewMillis: skew === 0 ? 0 : world.dice.int(-skew, skew),
      filter: this.filter,
      handler: (process) => this.handler.for(process),
      failures: (process) => new FaultyFailureStore(world, process, (record) => {
        checks.stored(process.delivery!, record, process.clock.now());
        world.trace(() => `${checks.name}: stored ${record.sequenceNumber}: ${record.reason}`);
      }),
      writeLine: (line) => {
        if (line.includes(SECRET) || line.includes(SECRET_DIGITS) || line.includes(SECRET_BASE64)) world.violate('I10', `a log line shows table data: ${line}`);
      },
      onDeath: (process) => this.died(process),
    });
  }

  private newRequestId(): string {
    this.requests += 1;
    return `request-${this.requests}`;
  }
}
