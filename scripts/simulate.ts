/**
 * Drives the real runtime through random histories of writes and faults, and checks the promises after each.
 * The last line of the output is one JSON object; everything said before it, for people, goes to the error output.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { bundleWorker } from './simulate/bundle-worker';
import { cpuShares } from './simulate/cpu-shares';
import { runAll, RunResult } from './simulate/run-all';
import { SimulationWorker } from './simulate/simulation-worker';
import { taskArguments } from './task-arguments';
import { absentFaults } from '../src/local/simulate/fault-counts';
import { HISTORIES_WITH_EVERY_FAULT, KindName, KINDS } from '../src/local/simulate/kinds';
import { makePlan } from '../src/local/simulate/make-plan';
import { HistoryPlan } from '../src/local/simulate/plan';
import { ALL_PROFILES, ProfileName } from '../src/local/simulate/profiles';

const VIOLATIONS_SHOWN = 3;
const PROGRESS_MILLIS = 5_000;
const FILES_SHOWN = 12;

interface Arguments {
  readonly kind: KindName;
  readonly histories: number;
  readonly seed: number;
  readonly profile?: ProfileName;
  readonly workers: number;
  readonly history?: number;
  readonly plan?: string;
  readonly cpuProfile?: boolean;
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is expected');
  return value;
}

async function main(): Promise<void> {
  const args = new Command('simulate')
    .addOption(new Option('--kind <name>', 'what takes part: a stream\'s subscribers, relay and queues, long work, what the relay\'s mapping discards, redrives')
      .choices(KINDS).default('stream'))
    .option('--histories <number>', 'how many histories to run', count, 2_000)
    .option('--seed <number>', 'all chance follows from it', count, 1)
    .addOption(new Option('--profile <name>', 'run a stream\'s histories of this profile only').choices(ALL_PROFILES))
    .option('--workers <number>', 'threads; the result does not depend on it', count, availableParallelism())
    .option('--history <number>', 'run one history of a stream and tell step by step what happens in it', count)
    .option('--plan <file>', 'the same for a plan that a violation printed')
    .option('--cpu-profile', 'tell where the time goes, in one thread')
    .parse(taskArguments(), { from: 'user' }).opts<Arguments>();
  const ofStreams = [args.profile, args.history, args.plan, args.cpuProfile].some((option) => option !== undefined);
  if (args.kind !== 'stream' && ofStreams) throw new Error(`--profile, --history, --plan and --cpu-profile are for the kind stream, not for ${args.kind}`);
  const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
  const bundle = join(folder, 'worker.js');
  const workers: SimulationWorker[] = [];
  try {
    await bundleWorker(bundle);
    const oneThread = args.history !== undefined || args.plan !== undefined || args.cpuProfile;
    for (let index = 0; index < (oneThread ? 1 : Math.max(1, args.workers)); index += 1) workers.push(new SimulationWorker(bundle));
    if (args.plan !== undefined) await trace(workers[0], JSON.parse(readFileSync(args.plan, 'utf8')) as HistoryPlan);
    else if (args.history !== undefined) await trace(workers[0], makePlan(args.seed, args.history, args.profile));
    else if (args.cpuProfile) await profileCpu(workers[0], args, bundle);
    else await simulate(workers, args);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function simulate(workers: readonly SimulationWorker[], args: Arguments): Promise<void> {
  const start = Date.now();
  const cpu = process.cpuUsage();
  let said = start;
  const result = await runAll(workers, {
    ...args,
    onProgress: ({ histories, violations }, news) => {
      for (const { history, invariant, message, plan } of news.violations) {
        say(`VIOLATION of ${invariant} in history ${history} of seed ${args.seed} (${plan?.profile ?? args.kind}): ${message}`);
      }
      if (Date.now() - said < PROGRESS_MILLIS) return;
      said = Date.now();
      say(`${histories} of ${args.histories} histories, ${violations.length} violations`);
    },
  });
  const { user, system } = process.cpuUsage(cpu);
  await showViolations(workers[0], result, args);
  const seconds = (Date.now() - start) / 1000;
  say(`${result.changes} changes, ${Math.round(result.changes / ((user + system) / 1e6))} per second of CPU`);
  const absent = absentFaults(result.faults);
  if (absent.length > 0) say(`faults that did not happen: ${absent.join(', ')}`);
  const isLong = args.profile === undefined && args.histories >= HISTORIES_WITH_EVERY_FAULT[args.kind];
  if (result.violations.length > 0 || (absent.length > 0 && isLong)) process.exitCode = 1;
  console.log(JSON.stringify({
    kind: args.kind,
    histories: result.histories,
    changes: result.changes,
    faults: result.faults,
    violations: result.violations.length,
    seed: args.seed,
    seconds,
  }));
}

async function showViolations(worker: SimulationWorker, { violations }: RunResult, { seed, profile }: Arguments): Promise<void> {
  for (const { history, invariant, message, plan } of violations.slice(0, VIOLATIONS_SHOWN)) {
    if (plan === undefined) continue;
    say(`See history ${history}: npx projen simulate -- --seed ${seed} --history ${history}${profile === undefined ? '' : ` --profile ${profile}`}`);
    const shrunk = await worker.shrink({ plan, violation: { invariant, message } });
    say(`  shrunk to ${shrunk.plan.writes.length} writes: ${shrunk.violation.message}`);
    say(`  ${JSON.stringify(shrunk.plan)}`);
  }
  if (violations.length > VIOLATIONS_SHOWN) say(`and ${violations.length - VIOLATIONS_SHOWN} more`);
}

async function trace(worker: SimulationWorker, plan: HistoryPlan): Promise<void> {
  say(JSON.stringify(plan));
  const { lines, violation, changes, faults } = await worker.trace(plan);
  for (const line of lines) console.log(line);
  if (violation) process.exitCode = 1;
  console.log(JSON.stringify({ profile: plan.profile, changes, faults, violation }));
}

async function profileCpu(worker: SimulationWorker, { seed, histories, profile }: Arguments, bundle: string): Promise<void> {
  // Compiled code is what is measured.
  await worker.run({ seed, from: 0, to: Math.min(histories, 300), profile });
  const { result, profile: samples } = await worker.profile({ seed, from: 0, to: histories, profile });
  const { runtime, harness, shared, files } = cpuShares(samples, bundle);
  for (const [file, share] of files.slice(0, FILES_SHOWN)) say(`${percent(share).padStart(8)}  ${file}`);
  say(`runtime ${percent(runtime)}, harness ${percent(harness)}, garbage collection and promises ${percent(shared)}`);
  if (runtime <= harness) process.exitCode = 1;
  console.log(JSON.stringify({ histories: result.histories, changes: result.changes, runtime, harness, shared }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
});
