import { readFileSync } from 'node:fs';

/** What V8's profiler writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** Whose code a sample was in, or worked for: Node's own functions count for who called them. */
export interface CpuShares {
  /** src/runtime, contract and filter, and the libraries the runtime is bundled with. */
  readonly runtime: number;
  /** src/local. */
  readonly harness: number;
  /** Garbage collection and the switching between promises, which both cause. */
  readonly shared: number;
  readonly files: readonly (readonly [file: string, share: number])[];
}

const MODULE_COMMENT = /^\s*\/\/ (\S+\.(?:ts|js|mjs|cjs))$/;

/** Reads the shares out of a profile of a bundle, in which a comment names the file that each part is from. */
export function cpuShares(profile: CpuProfile, bundle: string): CpuShares {
  const fileOfLine: (string | undefined)[] = [];
  let file: string | undefined;
  for (const line of readFileSync(bundle, 'utf8').split('\n')) {
    file = MODULE_COMMENT.exec(line)?.[1] ?? file;
    fileOfLine.push(file);
  }
  const owners = new Map<number, string | undefined>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const visit = (id: number, inherited: string | undefined) => {
    const { callFrame, children = [] } = nodes.get(id)!;
    const owner = callFrame.url.endsWith(bundle) ? fileOfLine[callFrame.lineNumber] : inherited;
    owners.set(id, owner);
    for (const child of children) visit(child, owner);
  };
  visit(profile.nodes[0].id, undefined);
  const times = new Map<string | undefined, number>();
  profile.samples!.forEach((id, index) => times.set(owners.get(id), (times.get(owners.get(id)) ?? 0) + profile.timeDeltas![index]));
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const shareOf = (wanted: (owner: string | undefined) => boolean) => (
    [...times].reduce((sum, [owner, time]) => (wanted(owner) ? sum + time : sum), 0) / total);
  const isHarness = (owner: string | undefined) => owner?.startsWith('src/local/') === true;
  return {
    runtime: shareOf((owner) => owner !== undefined && !isHarness(owner)),
    harness: shareOf(isHarness),
    shared: shareOf((owner) => owner === undefined),
    files: [...times].flatMap(([owner, time]) => (owner === undefined ? [] : [[owner, time / total] as const])).sort((a, b) => b[1] - a[1]),
  };
}
