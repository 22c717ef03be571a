import { EFFECTS_TABLE } from './world';
import { RetryLaterError } from '../../runtime';
import type { Change } from '../../runtime/change/change';
import type { ChangeContext } from '../../runtime/change/context';

const ITEM_TOO_LARGE = 'x'.repeat(401 * 1024);
/** Beyond what a timer of Node.js takes. */
const LONGEST_TIMER_MILLIS = 2 ** 31;

class Money {
  public readonly amount = 1;
}

function circular(): object {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  return loop;
}

function refusing(): never {
  throw new Error('a trap throws');
}

const commits = (value: () => unknown) => (_change: Change, context: ChangeContext) => (
  context.commit([{ Put: { TableName: EFFECTS_TABLE, Item: { id: 'never', value: value() } } }]));
const throws = (value: () => unknown) => () => { throw value(); };

/** What user code does that nobody expects. Each fails, or is made to fail. */
const ACTS = {
  throwsUndefined: throws(() => undefined),
  throwsText: throws(() => 'no error'),
  throwsFrozen: throws(() => Object.freeze(new Error('frozen'))),
  throwsGetters: throws(() => Object.defineProperties(new Error('getters'), {
    name: { get: refusing }, message: { get: refusing }, stack: { get: refusing }, code: { get: refusing },
  })),
  throwsProxy: throws(() => new Proxy({}, { get: refusing, has: refusing, ownKeys: refusing, getPrototypeOf: refusing })),
  throwsCircular: throws(() => Object.assign(new Error('circular'), { name: 'CircularError', cause: circular() })),
  commitsDate: commits(() => new Date(0)),
  commitsInstance: commits(() => new Money()),
  commitsEmptySet: commits(() => new Set()),
  commitsNaN: commits(() => NaN),
  commitsTooBigNumber: commits(() => 2 ** 60),
  commitsCircular: commits(circular),
  commitsHugeItem: commits(() => ITEM_TOO_LARGE),
  mutatesImages: (change: Change) => {
    for (const image of [change.newImage, change.oldImage] as ({ version?: unknown; tags?: unknown } | undefined)[]) {
      if (image === undefined) continue;
      image.version = -1;
      delete image.tags;
    }
    throw new Error('after the images were changed');
  },
  waitsForMonths: throws(() => new RetryLaterError('much later', { after: LONGEST_TIMER_MILLIS + 1 })),
} as const satisfies { [act: string]: (change: Change, context: ChangeContext) => unknown };

export type HostileAct = keyof typeof ACTS;
export const HOSTILE_ACTS = Object.keys(ACTS) as readonly HostileAct[];

/** Whether histories have such code without being asked for it (`--profile hostile`). */
export const HOSTILE_BY_DEFAULT = true;

/** How a fault is counted. */
export function hostileFault(act: HostileAct): `hostile${string}` {
  return `hostile${act[0].toUpperCase()}${act.slice(1)}`;
}

export const HOSTILE_FAULTS = HOSTILE_ACTS.map(hostileFault);

/** Throws, or rejects. */
export async function beHostile(act: HostileAct, change: Change, context: ChangeContext): Promise<void> {
  await ACTS[act](change, context);
}
