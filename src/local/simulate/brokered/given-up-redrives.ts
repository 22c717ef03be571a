import { GivenUpPlan } from './brokered-plan';
import { BrokeredRelay } from './brokered-relay';
import { Life } from './life';
import { WorkerWorld } from './worker-ports';
import { AWS_FAILURE_PREFIX } from '../../../contract/failure-record';
import { StreamRecord } from '../../../runtime/change/record';
import { FunctionFailedError, RelayFunction, StoredObjects } from '../../../runtime/redriver/ports';
import { RelayRedriver } from '../../../runtime/redriver/relay-batches';

const MAPPING = 'relay';
const PREFIX = `${AWS_FAILURE_PREFIX}${MAPPING}/`;
/** Small, so that there are several. */
const PAGE = 3;
const AGAIN_MILLIS = 10_000;

/** What the relay's mapping gave up, and those who redrive it. */
export class GivenUpRedrives {
  private readonly ordinals = new Set<string>();
  /** Never aborted: here redrives end by dying. */
  private readonly stop = { aborted: false, addEventListener: () => undefined } as unknown as AbortSignal;

  public constructor(private readonly world: WorkerWorld, private readonly plan: GivenUpPlan, private readonly relay: BrokeredRelay) {}

  public get atRest(): boolean {
    return !this.keys.some((key) => key.startsWith(PREFIX));
  }

  public gaveUp({ sequenceNumber }: { readonly sequenceNumber: string }): boolean {
    return this.ordinals.has(sequenceNumber);
  }

  /** As the mapping stores a batch, named so that those of a shard are in order. */
  public giveUp(Records: readonly StreamRecord[]): void {
    const sequenceNumbers = Records.map(({ dynamodb }) => dynamodb!.SequenceNumber!);
    for (const one of sequenceNumbers) this.ordinals.add(one);
    const timestamp = new Date(this.world.clock.now()).toISOString();
    const batch = { requestContext: { condition: 'RecordAgeExceeded' }, timestamp, payload: JSON.stringify({ Records }) };
    void this.world.objects.put(PREFIX + sequenceNumbers[0], JSON.stringify(batch));
  }

  /** Redrives as planned, and when nothing fails any more until nothing is left. */
  public async run(): Promise<void> {
    const { clock } = this.world;
    for (const at of this.plan.redrives) void clock.sleep(at).then(() => this.redrive());
    while (!this.world.over()) {
      await clock.sleep(AGAIN_MILLIS);
      if (this.world.quiet() && !this.atRest) await this.redrive();
    }
  }

  /** Somebody redrives; the process may end anywhere. */
  private async redrive(): Promise<void> {
    const life = new Life(this.world);
    let over = false;
    const died = new Promise<void>((resolve) => life.onDeath(() => {
      if (!over) this.world.count('redriveDies');
      resolve();
    }));
    const store = this.storeOf(life);
    const relay: RelayFunction = {
      // Through JSON, as Lambda does.
      handBack: (request) => life.call(async () => {
        const answer = await this.relay.redrive(JSON.parse(JSON.stringify(request)));
        if (answer === undefined) throw new FunctionFailedError('Runtime.ExitError');
        return answer;
      }),
    };
    const redriver = new RelayRedriver({ store, relay, mappings: [MAPPING], clock: life.clock, rate: this.plan.rate, stop: this.stop });
    await Promise.race([redriver.run().catch(() => undefined), died]);
    over = true;
    life.die();
  }

  private storeOf(life: Life): StoredObjects {
    const { objects } = this.world;
    return {
      list: (prefix, after = '') => life.call(async () => {
        const keys = this.keys.filter((key) => key.startsWith(prefix) && key > after);
        return { objects: keys.slice(0, PAGE).map((key) => ({ key, bytes: 1, storedAt: 0 })), more: keys.length > PAGE };
      }),
      get: (key) => life.call(() => objects.get(key)),
      put: (key, text) => life.call(() => objects.put(key, text)),
      putIfAbsent: () => { throw new Error('not to be called'); },
      remove: (keys) => life.call(() => objects.remove(keys)),
    };
  }

  private get keys(): string[] {
    return [...this.world.objects.objects.keys()].sort();
  }
}
