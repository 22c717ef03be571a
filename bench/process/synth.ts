/** Synthesizes one app of one variant. Started by the synth case. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as cdc from '../synth/cdc';
import { fanOut } from '../synth/fan-out';
import * as handWritten from '../synth/hand-written';
import { solutionsConstructs } from '../synth/solutions-constructs';

export type SynthVariant = 'cdc' | 'fan-out' | 'hand-written L2' | 'Solutions Constructs';

export interface SynthMessage {
  readonly variant: SynthVariant;
  readonly subscribers: number;
  /** Holds a directory with a handler for each subscriber, by number. */
  readonly handlers: string;
  readonly outdir: string;
  /** Where Solutions Constructs is installed. */
  readonly solutions: string;
}

export interface Synthesized {
  readonly cpuMillis: number;
  readonly resources: { readonly [type: string]: number };
}

/** Makes the app of a variant: a subscriber for each handler's directory. */
type Build = (stack: Stack, directories: readonly string[]) => void;

function buildOf({ variant, solutions }: SynthMessage): Build {
  if (variant === 'fan-out') return fanOut;
  const add = variant === 'cdc' ? cdc.addSubscriber : variant === 'hand-written L2' ? handWritten.addSubscriber : solutionsConstructs(solutions);
  return (stack, directories) => directories.forEach((directory, index) => add(stack, `Subscriber${index + 1}`, directory));
}

function synthesize(message: SynthMessage): Synthesized {
  const { subscribers, handlers, outdir } = message;
  const build = buildOf(message);
  // Loads what CDK loads on demand, once a process and not once a subscriber.
  mkdirSync(outdir, { recursive: true });
  build(new Stack(new App({ outdir: join(outdir, 'warm-up') }), 'WarmUp'), [join(handlers, '0')]);

  const before = process.cpuUsage();
  const app = new App({ outdir: join(outdir, 'app'), analyticsReporting: false });
  const stack = new Stack(app, 'Bench');
  build(stack, Array.from({ length: subscribers }, (_, index) => join(handlers, String(index + 1))));
  app.synth();
  const { user, system } = process.cpuUsage(before);
  return { cpuMillis: (user + system) / 1000, resources: countResources(join(outdir, 'app', 'Bench.template.json')) };
}

function countResources(template: string): { [type: string]: number } {
  const { Resources = {} } = JSON.parse(readFileSync(template, 'utf8')) as { Resources?: { [id: string]: { Type: string } } };
  const counts: { [type: string]: number } = {};
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

process.once('message', (message: SynthMessage) => process.send!(synthesize(message), () => process.exit()));
