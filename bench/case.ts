import { Bundles } from './bundles';
import { Summary } from './statistics';
import { Store } from './store/store';

/** What must hold of a figure: either the ratio to the peer or this library's own value is bounded. */
export interface Goal {
  readonly of: 'ratio' | 'cdc';
  readonly atMost: number;
}

/** One measured quantity, for each variant that has it. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly variants: { readonly [variant: string]: Summary };
  /** This library to the peer the goal speaks of, pair by pair. */
  readonly ratio?: Summary;
  readonly goal?: Goal;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly settings: { readonly [name: string]: string | number };
  readonly figures: readonly Figure[];
  /** What was left out, and why. */
  readonly notes?: readonly string[];
}

export interface Bench {
  readonly bundles: Bundles;
  readonly store: Store;
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

/** A named row or rows of the bench. */
export interface Case {
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<Omit<CaseResult, 'name' | 'title'>>;
}

/** Whether a figure's goal is met; undefined where there is none. */
export function isMet({ goal, ratio, variants }: Figure): boolean | undefined {
  if (!goal) return undefined;
  const measured = goal.of === 'ratio' ? ratio : variants.cdc;
  // What was to be held and could not be measured is not held.
  return measured !== undefined && measured.median <= goal.atMost;
}
