import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ASSET_FILES } from '../../src/contract/settings';
import { Bench } from '../case';
import { SOLUTIONS } from '../paths';
import { ask, startNode } from '../process/node-process';
import type { Synthesized, SynthMessage, SynthVariant } from '../process/synth';

/** Synthesizes one app in a process of its own. */
export async function synthesize({ bundles }: Bench, directory: string, variant: SynthVariant, subscribers: number): Promise<Synthesized> {
  const outdir = mkdtempSync(join(directory, 'out-'));
  const handlers = join(directory, variant === 'hand-written L2' ? 'handlers-with-runtime' : 'handlers');
  const message: SynthMessage = { variant, subscribers, handlers, outdir, solutions: SOLUTIONS };
  const child = startNode(bundles.synth, [], { PATH: process.env.PATH, HOME: directory, JSII_DEPRECATED: 'quiet' });
  const synthesized = await ask<Synthesized>(child, { ...message });
  rmSync(outdir, { recursive: true });
  return synthesized;
}

/** A handler of its own for each subscriber; hand-written code finds the runtime already beside it, this library puts it there. */
export function makeHandlers({ bundles }: Bench, directory: string, subscribers: number): void {
  for (let index = 0; index <= subscribers; index += 1) {
    for (const kind of ['handlers', 'handlers-with-runtime']) {
      const handler = join(directory, kind, String(index));
      mkdirSync(handler, { recursive: true });
      writeFileSync(join(handler, 'index.js'), `exports.onChange = async () => ${index};\n`);
      if (kind === 'handlers') continue;
      for (const name of [ASSET_FILES.BOOTSTRAP, ASSET_FILES.S3_CLIENT, ASSET_FILES.SDK_DYNAMODB]) {
        copyFileSync(join(dirname(bundles.handlers.cdc), name), join(handler, name));
      }
    }
  }
}
