import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './user-error';

const POLL_MILLIS = 25;
const REQUEST_MILLIS = 2000;

export interface Health {
  readonly version: string;
  readonly auth: boolean;
}

export async function checkHealth(endpoint: string): Promise<Health | undefined> {
  try {
    const response = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(REQUEST_MILLIS) });
    if (!response.ok) return undefined;
    const body = await response.json() as { version?: string; auth?: string };
    return { version: body.version ?? 'unknown', auth: body.auth === 'enabled' };
  } catch {
    return undefined;
  }
}

/** Undefined when it took too long, or `stopped` said that waiting is pointless. */
export async function waitForHealth(endpoint: string, limitMillis: number, stopped: () => boolean): Promise<Health | undefined> {
  for (const until = Date.now() + limitMillis; Date.now() < until && !stopped(); await sleep(POLL_MILLIS)) {
    const health = await checkHealth(endpoint);
    if (health) return health;
  }
  return undefined;
}

/** Any answer will do: other emulators have no health page, or another one. */
export async function requireReachable(endpoint: string): Promise<string> {
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(REQUEST_MILLIS) });
    return endpoint;
  } catch (error) {
    throw new UserError(`Nothing answers at ${endpoint}: start your emulator there, or leave --endpoint-url out to have one started.`, { cause: error });
  }
}
