import { ChildProcess } from 'node:child_process';
import { InvokeMessage, Invoked } from './invoke';
import { ask, startNode } from './node-process';
import { Bundles } from '../bundles';
import { BatchPlan } from '../events';
import { functionEnvironment } from '../settings';
import { EFFECT_ENV } from '../variants/effects';

export type Variant = 'cdc' | 'powertools';
export const VARIANTS: readonly Variant[] = ['cdc', 'powertools'];

const TIMEOUT_MILLIS = 60_000;

/** How the user's function behaves. */
export interface UserCode {
  readonly millis?: number;
  /** Whether calls take from nothing to `millis`, rather than all the same. */
  readonly uneven?: boolean;
  /** Where effects are written down, so that they outlive the process. */
  readonly file?: string;
  /** Effects after which the process is killed. */
  readonly crashAfter?: number;
}

/** One variant in a process of its own. */
export class FunctionProcess {
  public static async start(bundles: Bundles, endpoint: string, variant: Variant, user: UserCode = {}): Promise<FunctionProcess> {
    const env = {
      ...functionEnvironment(endpoint),
      [EFFECT_ENV.MILLIS]: String(user.millis ?? 0),
      ...(user.uneven && { [EFFECT_ENV.UNEVEN]: 'true' }),
      ...(user.file && { [EFFECT_ENV.FILE]: user.file }),
      ...(user.crashAfter && { [EFFECT_ENV.CRASH_AFTER]: String(user.crashAfter) }),
    };
    const child = startNode(bundles.invoke, [bundles.handlers[variant]], env);
    await ask(child);
    return new FunctionProcess(child);
  }

  private constructor(private readonly child: ChildProcess) {}

  public invoke(plan: BatchPlan, timeout = TIMEOUT_MILLIS): Promise<Invoked> {
    const message: InvokeMessage = { plan, timeout };
    return ask<Invoked>(this.child, { ...message });
  }

  public stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
