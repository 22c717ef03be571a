import { Worker } from 'node:worker_threads';
import type { CpuProfile } from './cpu-shares';
import { HistoryResult } from '../../src/local/simulate/history';
import { KindRange, KindRangeResult } from '../../src/local/simulate/kinds';
import { HistoryPlan } from '../../src/local/simulate/plan';
import { HistoryRange, RangeResult } from '../../src/local/simulate/run-histories';
import { Shrunk } from '../../src/local/simulate/shrink';
import type { WorkerRequest } from '../../src/local/simulate/worker';

/** A worker thread with one request under way at most. */
export class SimulationWorker {
  private readonly worker: Worker;

  public constructor(file: string) {
    this.worker = new Worker(file);
  }

  public run(range: HistoryRange): Promise<RangeResult> {
    return this.ask({ type: 'run', range });
  }

  public runKind(range: KindRange): Promise<KindRangeResult> {
    return this.ask({ type: 'runKind', range });
  }

  public profile(range: HistoryRange): Promise<{ result: RangeResult; profile: CpuProfile }> {
    return this.ask({ type: 'profile', range });
  }

  public shrink(found: Shrunk): Promise<Shrunk> {
    return this.ask({ type: 'shrink', found });
  }

  public trace(plan: HistoryPlan): Promise<HistoryResult & { lines: string[] }> {
    return this.ask({ type: 'trace', plan });
  }

  public async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private ask<T>(request: WorkerRequest): Promise<T> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown) => reject(error instanceof Error ? error : new Error(String(error)));
      this.worker.once('error', failed);
      this.worker.once('message', (answer: T) => {
        this.worker.off('error', failed);
        resolve(answer);
      });
      this.worker.postMessage(request);
    });
  }
}
