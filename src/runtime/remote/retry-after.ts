import { Answer } from './answer';

const DECIMAL = /^\d+(\.\d+)?$/;

/** Milliseconds the other side asks to wait. */
export function askedFor({ headers, $response, response }: Answer): number | undefined {
  for (const some of [headers, $response?.headers, response?.headers]) {
    const millis = header(some, 'retry-after-ms');
    if (millis !== undefined && DECIMAL.test(millis)) return Number(millis);
    const text = header(some, 'retry-after');
    if (text === undefined) continue;
    if (DECIMAL.test(text)) return Number(text) * 1000;
    // An HTTP date begins with its weekday; Date.parse takes much else for a date.
    const date = /^[A-Z]/i.test(text) ? Date.parse(text) : NaN;
    if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  }
  return undefined;
}

/** From `Headers`, or from an object whose names are spelled in any case. */
function header(headers: unknown, wanted: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  if (typeof (headers as Headers).get === 'function') return ((headers as Headers).get(wanted) ?? undefined)?.toString().trim();
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] as unknown;
  const one: unknown = Array.isArray(found) ? found[0] : found;
  return typeof one === 'string' || typeof one === 'number' ? String(one).trim() : undefined;
}
