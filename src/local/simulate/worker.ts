/** A thread that runs histories: one request at a time, each answered with one message. */

import { Session } from 'node:inspector/promises';
import { parentPort } from 'node:worker_threads';
import { KindRange, runKind } from './kinds';
import { HistoryPlan } from './plan';
import { HistoryRange, runHistories, watched } from './run-histories';
import { shrink, Shrunk } from './shrink';

export type WorkerRequest =
  | { readonly type: 'run'; readonly range: HistoryRange }
  | { readonly type: 'runKind'; readonly range: KindRange }
  | { readonly type: 'profile'; readonly range: HistoryRange }
  | { readonly type: 'shrink'; readonly found: Shrunk }
  | { readonly type: 'trace'; readonly plan: HistoryPlan };

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.type) {
    case 'run': return runHistories(request.range);
    case 'runKind': return runKind(request.range);
    case 'shrink': return shrink(request.found);
    case 'trace': {
      const lines: string[] = [];
      const result = await watched(request.plan, (line) => void lines.push(line));
      return { ...result, lines };
    }
    case 'profile': {
      const session = new Session();
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      const result = await runHistories(request.range);
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return { result, profile };
    }
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  void answer(request).then((value) => parentPort!.postMessage(value));
});
