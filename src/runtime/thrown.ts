/**
 * Describes what was thrown, whoever threw it: an error, an item, a revoked proxy, nothing. Describing never throws.
 *
 * What a log may hold of it is less than what the failure store holds, because names, codes and messages may quote the change:
 *
 * | | log, metric, ledger | failure store |
 * |---|---|---|
 * | name | one that comes from code: of an AWS service, of a class, or in the form of an error's name | as it is |
 * | message | only if `logErrorMessages` is set | as it is, cut where it is long |
 * | stack | frames only | as it is, cut where it is long |
 * | code | codes of Node.js, and numbers | - |
 */

import { createHash } from 'node:crypto';
import { inspect, types } from 'node:util';
import { property } from './property';
import { SERVICE_CODES } from './service-codes';

const LONGEST = { name: 256, message: 16_384, stack: 16_384, loggedMessage: 2_048 } as const;
const FRAMES = 6;

const ERROR_NAME = /^[A-Z][A-Za-z0-9]{0,60}(?:Error|Exception|Fault|Timeout)$/;
const CLASS_NAME = /^[A-Za-z_$][\w$]{0,63}$/;
const SERVICE_NAME = /^[A-Za-z][\w.]{0,80}$/;
const CODE = /^(?:E[A-Z]{2,20}|ERR_[A-Z0-9_]{1,60}|UND_ERR_[A-Z_]{1,40})$/;
const FRAME = /^\s+at (?:[\w$.<>#[\] ]{1,100} )?\(?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^()]{1,300}:\d+:\d+\)?$|^\s+at (?:[\w$.<>#[\] ]{1,100} )?\(?<anonymous>\)?$/;

/** As the failure store holds it. */
export interface WholeError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** As a log holds it. */
export interface LoggedError {
  readonly name: string;
  readonly message?: string;
  readonly at?: readonly string[];
}

/** The name, as far as it comes from code and not from data. */
export function errorName(error: unknown): string {
  if (!isObject(error)) return `thrown ${typeof error}`;
  const name = property(error, 'name');
  if (typeof name === 'string' && SERVICE_CODES.has(name)) return name;
  if (!isError(error)) return `thrown ${typeof error}`;
  if (typeof name === 'string') {
    if (ERROR_NAME.test(name)) return name;
    if (property(error, '$fault') !== undefined && SERVICE_NAME.test(name)) return name;
  }
  return className(error) ?? 'Error';
}

/** What failures of one cause have in common: not the message, which names the item. What of it may be data is told by its hash. */
export function errorSignature(error: unknown): string {
  const name = errorName(error);
  if (!isObject(error)) return name;
  const parts = [name];
  const given = property(error, 'name');
  if (typeof given === 'string' && given !== name) parts.push(digest(given));
  const code = property(error, 'code');
  if (typeof code === 'number') parts.push(String(code));
  else if (typeof code === 'string') parts.push(CODE.test(code) || SERVICE_CODES.has(code) ? code : digest(code));
  return parts.join(':');
}

/** What a log may say of it: its name and where it was thrown; its message only where that is asked for. */
export function loggedError(error: unknown, logErrorMessages: boolean): LoggedError {
  const name = errorName(error);
  const message = logErrorMessages ? cut(messageOf(error), LONGEST.loggedMessage) : undefined;
  if (!isError(error)) return { name, ...(message !== undefined && { message }) };
  return { name, ...(message !== undefined && { message }), at: framesOf(error) };
}

/** The failure store holds table data anyway, so there it is told in full. */
export function wholeError(error: unknown): WholeError {
  const name = property(error, 'name');
  const stack = property(error, 'stack');
  return {
    name: isError(error) ? cut(typeof name === 'string' && name !== '' ? name : errorName(error), LONGEST.name) : `thrown ${typeof error}`,
    message: cut(messageOf(error), LONGEST.message),
    ...(typeof stack === 'string' && { stack: cut(stack, LONGEST.stack) }),
  };
}

/** What an error says, or what a value that is none looks like. */
export function messageOf(error: unknown): string {
  const message = property(error, 'message');
  if (typeof message === 'string') return message;
  return shown(isError(error) && message !== undefined ? message : error);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** An error of any realm. */
function isError(value: unknown): boolean {
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Names of classes come from code. */
function className(error: object): string | undefined {
  try {
    const name = property(property(Object.getPrototypeOf(error), 'constructor'), 'name');
    return typeof name === 'string' && CLASS_NAME.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Without running a getter or a proxy's trap, as far as that is possible. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { customInspect: false, depth: 3, maxArrayLength: 20, maxStringLength: 1_000, breakLength: Infinity });
  } catch {
    return `a ${typeof value} that cannot be shown`;
  }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)} ... (${text.length} characters)`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

/** Only what follows the message, which may have lines that look like frames. A stack that tells another message says nothing. */
function framesOf(error: unknown): string[] {
  const stack = property(error, 'stack');
  const message = property(error, 'message');
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const start = message === '' ? stack.search(/\n|$/) : stack.indexOf(message) + message.length;
  if (message !== '' && start < message.length) return [];
  if (message === '' && !/^[\w$.]*$/.test(stack.slice(0, start))) return [];
  const [rest, ...lines] = stack.slice(start).split('\n');
  return rest === '' ? lines.filter((line) => FRAME.test(line)).slice(0, FRAMES).map((line) => line.trim()) : [];
}
