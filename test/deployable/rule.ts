import { Assembly } from './assembly/assembly';

/** What AWS refuses, and no emulator does. */
export interface Rule {
  /** Says what is right. */
  readonly name: string;
  /** The page of AWS's documentation or the recorded deployment that shows it. */
  readonly source: string;
  /** One line for each violation. It begins with the logical id. */
  readonly check: (assembly: Assembly) => string[];
  /** A rule that cannot fail is a defect: each of these violates it. */
  readonly refused: readonly Assembly[];
  /** The nearest that AWS accepts. */
  readonly accepted: readonly Assembly[];
}
