interface Appointment {
  readonly at: number;
  /** Appointments of one instant are kept in the order they were made. */
  readonly order: number;
  run?: () => void;
}

/** Time that passes only when everything due has been done. */
export class VirtualClock {
  private readonly heap: Appointment[] = [];
  private order = 0;

  constructor(private time = 0) {}

  now(): number {
    return this.time;
  }

  /** Returns a function that cancels. A time in the past means now. */
  at(time: number, run: () => void): () => void {
    const appointment: Appointment = { at: Math.max(time, this.time), order: this.order, run };
    this.order += 1;
    this.push(appointment);
    return () => { appointment.run = undefined; };
  }

  sleep(millis: number): Promise<void> {
    return new Promise(resolve => this.at(this.time + millis, resolve));
  }

  /** Moves on to the next appointment; false if there is none. */
  runNext(): boolean {
    for (;;) {
      const next = this.pop();
      if (next === undefined) return false;
      if (next.run === undefined) continue;
      this.time = next.at;
      next.run();
      return true;
    }
  }

  /** For synchronous work: runs until nothing is left, or `until` says stop. */
  run(until: () => boolean = () => false): void {
    while (!until() && this.runNext());
  }

  /** For promises: lets every continuation run before time moves on. Rejections handled late go unnoticed unless whole turns are waited for. */
  async runAsync(until: () => boolean = () => false, { wholeTurns = false } = {}): Promise<void> {
    if (wholeTurns) {
      do await turn(); while (!until() && this.runNext());
    } else {
      await new Promise<void>((resolve, reject) => this.runInTicks(until, resolve, reject));
    }
  }

  /** A tick that a microtask asks for runs after all microtasks, also those that microtasks made, and costs no turn of the event loop. */
  private runInTicks(until: () => boolean, resolve: () => void, reject: (error: unknown) => void): void {
    const step = () => {
      try {
        if (until() || !this.runNext()) resolve();
        else queueMicrotask(afterOthers);
      } catch (error) {
        reject(error);
      }
    };
    const afterOthers = () => process.nextTick(step);
    queueMicrotask(afterOthers);
  }

  private push(appointment: Appointment): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(appointment);
    while (index > 0) {
      const parent = Math.floor((index - 1) / 2);
      if (!isBefore(appointment, heap[parent])) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = appointment;
  }

  private pop(): Appointment | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** An immediate runs after all microtasks and their ticks. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
