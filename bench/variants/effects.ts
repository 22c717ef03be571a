/** What the user's function does with a change, the same in every variant: waits if told to, and takes note of the effect. */

import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export const EFFECT_ENV = {
  MILLIS: 'BENCH_HANDLER_MILLIS',
  UNEVEN: 'BENCH_HANDLER_UNEVEN',
  FILE: 'BENCH_EFFECTS_FILE',
  CRASH_AFTER: 'BENCH_CRASH_AFTER',
} as const;

const MILLIS = Number(process.env[EFFECT_ENV.MILLIS] ?? 0);
const UNEVEN = process.env[EFFECT_ENV.UNEVEN] === 'true';
const FILE = process.env[EFFECT_ENV.FILE];
const CRASH_AFTER = Number(process.env[EFFECT_ENV.CRASH_AFTER] ?? Infinity);

const shared = globalThis as { benchEffects?: string[] };

/** The event ids of this process, in the order of their effects. Global, because each bundle holds its own copy of this module. */
export function effects(): string[] {
  return (shared.benchEffects ??= []);
}

export async function effect(eventID: string): Promise<void> {
  if (MILLIS > 0) await wait(UNEVEN ? MILLIS * share(eventID) : MILLIS);
  const done = effects();
  done.push(eventID);
  if (FILE) appendFileSync(FILE, `${eventID}\n`);
  if (done.length >= CRASH_AFTER) process.kill(process.pid, 'SIGKILL');
}

/** From 0 to 1, the same for the same text. */
function share(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
