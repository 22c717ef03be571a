import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/**
 * A process id is reused after a process ends; together with the start time it names one process for good.
 * Undefined when there is no such process (a zombie does not count: it holds no port and runs no code).
 */
export function processStartTime(pid: number): string | undefined {
  try {
    return startTimeFromProc(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return procExists() ? undefined : startTimeFromPs(pid);
  }
}

/** Field 22, counted after the command name, which may itself hold spaces and brackets. */
function startTimeFromProc(stat: string): string | undefined {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : rest[18];
}

function startTimeFromPs(pid: number): string | undefined {
  const ps = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  const [state, ...started] = (ps.stdout ?? '').trim().split(/\s+/);
  return !state || state.startsWith('Z') ? undefined : started.join(' ');
}

/**
 * Processes whose environment holds the given text. The emulator and the functions it runs inherit a token, so that even
 * those are found whose id was never written down. Only where the system tells (Linux); elsewhere none.
 */
export function processesWithEnvironment(text: string): number[] {
  if (!procExists()) return [];
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)
    .filter(pid => pid !== process.pid && environmentOf(pid).includes(text) && processStartTime(pid) !== undefined);
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function procExists(): boolean {
  try {
    readFileSync('/proc/self/stat');
    return true;
  } catch {
    return false;
  }
}
