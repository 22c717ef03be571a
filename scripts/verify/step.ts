/** What a step of the verification found. */
export interface StepResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  /** Shown when something failed. */
  readonly details?: string;
}

export interface Step {
  readonly name: string;
  /** Time limit; reaching it fails the step. */
  readonly minutes: number;
  /** A failure makes what follows pointless. */
  readonly essential?: boolean;
  run(): Promise<StepResult>;
}

/** Several results as one. */
export function together(results: readonly StepResult[]): StepResult {
  const sum = (pick: (result: StepResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped ?? 0),
    details: results.flatMap(({ failed, details }) => failed > 0 ? details ?? [] : []).join('\n'),
  };
}
