import { LongWorkerPorts } from './ports';

type Clocks = Pick<LongWorkerPorts, 'clock' | 'monotonic'>;

/**
 * Time passed since it was made, by whichever of two clocks says more: the machine's may be set back, and the one that nobody sets may stand still while the
 * machine sleeps.
 */
export class Stopwatch {
  private readonly wall: number;
  private readonly steady: number;

  public constructor(private readonly clocks: Clocks) {
    this.wall = clocks.clock.now();
    this.steady = clocks.monotonic();
  }

  public elapsedMillis(): number {
    return Math.max(this.clocks.clock.now() - this.wall, this.clocks.monotonic() - this.steady);
  }
}
