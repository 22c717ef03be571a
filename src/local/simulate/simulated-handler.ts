import type { Delivery } from './delivery';
import { effect } from './effect';
import { beHostile, hostileFault } from './hostile';
import { HandlerPlan, Trouble } from './plan';
import type { SimulatedProcess } from './simulated-process';
import { SECRET } from './simulated-table';
import { SubscriberChecks } from './subscriber-checks';
import { ChangeTruth } from './truth';
import { EFFECTS_TABLE, never, World } from './world';
import { CommitConditionError, PermanentError, RetryLaterError } from '../../runtime';
import type { Change } from '../../runtime/change/change';
import type { ChangeContext, CommitWrite } from '../../runtime/change/context';
import { Handler } from '../../runtime/ports';

/** How far beyond its signal a handler goes that ignores it. */
const OVERTIME_MILLIS = 30_000;
/** Of the handlers that end their process, how many do so by a loop without an end. */
const BLOCKS = 0.3;

interface Call {
  readonly change: Change;
  readonly context: ChangeContext;
  readonly truth: ChangeTruth;
  readonly delivery: Delivery;
  readonly trouble?: Trouble;
}

/** Keeps its part of the bargain by the plan: makes its effect, or whatever trouble the plan has for the change. */
export class SimulatedHandler {
  /** Everything the handler calls is down. */
  public outage = false;

  public constructor(
    private readonly world: World,
    private readonly plan: HandlerPlan,
    private readonly checks: SubscriberChecks,
    /** Whether a change that nothing but the outage has failed may be given up. */
    private readonly outageCounts: boolean,
  ) {}

  public for(process: SimulatedProcess): Handler {
    return (change, context) => {
      if (!process.mayCall()) return never();
      const result = this.handle(process, change, context);
      if (process.mayGoOn()) return result;
      if (result instanceof Promise) result.catch(() => undefined);
      return never();
    };
  }

  private handle(process: SimulatedProcess, change: Change, context: ChangeContext): unknown {
    const truth = this.checks.truthOf(change.eventID);
    const delivery = process.delivery!;
    this.world.trace(() => `delivery ${delivery.id}: handler gets change ${truth.change.ordinal}, attempt ${context.attempt}`);
    this.checks.handlerCalled(delivery, truth, context.idempotencyKey);
    const planned = this.plan.trouble[truth.change.ordinal];
    const call: Call = { change, context, truth, delivery, trouble: planned && 'times' in planned && truth.calls > planned.times ? undefined : planned };
    const { millis } = this.plan;
    if (millis === 0 && call.trouble === undefined && !this.outage && this.plan.effect === 'plain') {
      // Handlers need not be asynchronous.
      if (truth.change.ordinal % 2 === 0) return this.synchronously(call);
    }
    return this.asynchronously(process, call, millis);
  }

  private synchronously(call: Call): void {
    try {
      this.look(call);
      this.succeeded(call);
    } catch (error) {
      this.failed(call, true);
      throw error;
    } finally {
      this.checks.handlerEnded(call.delivery, call.truth);
    }
  }

  private async asynchronously(process: SimulatedProcess, call: Call, millis: number): Promise<unknown> {
    let counts = true;
    try {
      if (millis > 0) await this.world.clock.sleep(this.world.dice.int(0, millis));
      if (!process.alive) return await never();
      if (this.outage) {
        this.world.count('handlerOutage');
        counts = this.outageCounts;
        throw Object.assign(new Error(`connect ECONNREFUSED for ${SECRET}`), { code: 'ECONNREFUSED' });
      }
      this.look(call);
      counts = await this.makeTrouble(process, call);
      return await this.effect(call);
    } catch (error) {
      if (!(counts && isChargeable(error))) counts = false;
      this.failed(call, counts);
      throw error;
    } finally {
      this.checks.handlerEnded(call.delivery, call.truth);
    }
  }

  /** Reads the images, as a handler does, and compares them with what was written. */
  private look({ change, truth }: Call): void {
    const { version } = (change.newImage ?? change.oldImage ?? {}) as { version?: unknown };
    if (version !== truth.change.version && truth.change.defect === undefined) this.world.violate('I1', `${truth.name} came with the image of version ${String(version)}`);
  }

  /** Throws or waits as the plan says. Returns whether a failure after it counts as an attempt. */
  private async makeTrouble(process: SimulatedProcess, call: Call): Promise<boolean> {
    const { change, trouble, context, delivery, truth } = call;
    const { count, clock } = this.world;
    switch (trouble?.kind) {
      case 'throws':
        if (trouble.after !== undefined) return true;
        this.countThrow(call, trouble);
        throw thrown(trouble.value, truth);
      case 'permanent':
        count('permanentError');
        throw new PermanentError(`never ${SECRET}`);
      case 'hostile':
        count(hostileFault(trouble.act));
        await beHostile(trouble.act, change, context);
        return true;
      case 'later':
        count('retryLater');
        throw new RetryLaterError(`busy ${SECRET}`, { after: trouble.after });
      case 'throttled':
        count('handlerThrottled');
        throw Object.assign(new Error(`slow down ${SECRET}`), { name: 'ThrottlingException' });
      case 'hangs':
        count('handlerHangs');
        this.leftRunning(call);
        return never();
      case 'ignoresSignal':
        count('handlerIgnoresSignal');
        this.leftRunning(call);
        await clock.sleep(context.remainingTimeMillis() + OVERTIME_MILLIS);
        if (!process.alive) return never();
        return true;
      case 'endsProcess':
        count('handlerEndsProcess');
        // A loop without an end takes until the invocation's time is up.
        if (this.world.dice.chance(BLOCKS)) process.blocked = true;
        else process.die();
        return never();
      default:
        if (context.signal.aborted && delivery.changes.length > 1) return false;
        return true;
    }
  }

  private async effect(call: Call): Promise<unknown> {
    const { context, truth, trouble } = call;
    if (this.plan.effect === 'plain') {
      if (trouble?.kind === 'throws') {
        this.world.count('handlerThrowsAfterEffect');
        this.countThrow(call, trouble);
        throw thrown(trouble.value, truth);
      }
      this.succeeded(call);
      return undefined;
    }
    if (trouble?.kind === 'failsCondition') await this.failCondition(call);
    const commit = context.commit([this.effectWrite(truth)]).then(() => this.committed(call));
    if (trouble?.kind === 'ignoresCommit') {
      this.world.count('handlerIgnoresCommit');
      // A commit that the store refuses is the handler's failure, also where it does not look.
      commit.catch((error: unknown) => this.failed(call, isChargeable(error)));
      return undefined;
    }
    await commit;
    if (trouble?.kind === 'throws') {
      this.world.count('handlerThrowsAfterCommit');
      this.countThrow(call, trouble);
      throw thrown(trouble.value, truth);
    }
    return undefined;
  }

  /** A commit whose own condition does not hold writes nothing; the handler goes on with another. */
  private async failCondition({ context, truth }: Call): Promise<void> {
    const check: CommitWrite = { ConditionCheck: { TableName: EFFECTS_TABLE, Key: { id: 'nothing' }, ConditionExpression: 'attribute_exists(id)' } };
    try {
      await context.commit([this.effectWrite(truth), check]);
      this.world.violate('I2', `${truth.name} was committed against its condition`);
    } catch (error) {
      if (!(error instanceof CommitConditionError)) throw error;
      this.world.count('handlerFailsCondition');
    }
  }

  private effectWrite({ change }: ChangeTruth): CommitWrite {
    return effect(`${this.checks.name}/${change.ordinal}`);
  }

  private committed({ delivery, truth }: Call): void {
    delivery.applied.add(truth);
  }

  private succeeded({ delivery, truth }: Call): void {
    this.checks.handlerApplied(delivery, truth);
  }

  private failed({ delivery, truth }: Call, counts: boolean): void {
    if (counts && !delivery.ended) truth.charge(true);
  }

  /** Not finishing counts against a change that had the invocation to itself. */
  private leftRunning({ delivery, truth }: Call): void {
    if (delivery.changes.length === 1) truth.charge(false);
  }

  private countThrow({ delivery, truth }: Call, { times, value }: Trouble & { kind: 'throws' }): void {
    const { changes } = delivery;
    const place = changes[0] === truth.change ? 'First' : changes[changes.length - 1] === truth.change ? 'Last' : 'Middle';
    this.world.count(`handlerThrows${times > 1 ? 'Always' : 'Once'}${place}`);
    if (value !== 'error') this.world.count('handlerThrowsNonError');
  }
}

const NEVER_CHARGED: ReadonlySet<unknown> = new Set([
  'PermanentError', 'RetryLaterError', 'ThrottlingException', 'AlreadyAppliedError', 'StoreUnavailableError',
  // A commit after the end of its attempt. One of writes that DynamoDB refuses has a code of its own, and counts.
  'ERR_COMMIT_MISUSE',
]);

function isChargeable(error: unknown): boolean {
  try {
    const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
    return !NEVER_CHARGED.has(name === 'CommitMisuseError' ? code : name);
  } catch {
    return true;
  }
}

function thrown(value: 'error' | 'null' | 'text', { change }: ChangeTruth): unknown {
  if (value === 'error') return new Error(`cannot apply ${SECRET}-${change.item}\n    at ${SECRET}`);
  return value === 'null' ? null : `cannot apply ${SECRET}`;
}
