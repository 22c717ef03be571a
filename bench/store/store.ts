import { ChildProcess } from 'node:child_process';
import { Bundles } from '../bundles';
import type { Counts } from './operations';
import { ask, startNode } from '../process/node-process';

/** The store's process, seen from the bench. */
export class Store {
  public static async start(bundles: Bundles): Promise<Store> {
    const child = startNode(bundles.store, [], { PATH: process.env.PATH });
    const { port } = await ask<{ port: number }>(child);
    return new Store(child, `http://127.0.0.1:${port}`);
  }

  private constructor(private readonly child: ChildProcess, public readonly endpoint: string) {}

  /** What has been asked of the store since it started. */
  public async counts(): Promise<Counts> {
    return (await ask<{ counts: Counts }>(this.child, 'counts')).counts;
  }

  public stop(): void {
    this.child.disconnect();
  }
}
