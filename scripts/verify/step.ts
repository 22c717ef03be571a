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
