/** Whatever user code hands to a logger, as plain JSON of bounded size. Nothing here throws, because a log line must not fail a change. */

const UNREADABLE = '[unreadable]';
const CIRCULAR = '[circular]';
const CUT = '[cut]';
/** Deeper than any item in its JSON form. Stops getters that return something new each time. */
const MAX_DEPTH = 100;
/** What an error shows of itself, enumerable or not. */
const ERROR_FIELDS = ['name', 'message', 'code', 'stack', 'cause', 'errors'] as const;

/** Asking a revoked proxy throws. */
export function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

interface Walk {
  /** Characters that the line still takes. */
  left: number;
  readonly above: Set<object>;
}

/** The same in strings, numbers, booleans, null, arrays and plain objects. What goes beyond so many characters is cut. */
export function printable(value: unknown, characters: number): unknown {
  return print(value, { left: characters, above: new Set() });
}

function print(value: unknown, walk: Walk): unknown {
  try {
    walk.left -= 2;
    if (typeof value === 'string') return printText(value, walk);
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return printText(String(value), walk);
    if (typeof value === 'function') return '[function]';
    return typeof value === 'object' && value !== null ? printObject(value, walk) : value;
  } catch {
    return UNREADABLE;
  }
}

function printText(text: string, walk: Walk): string {
  const shown = text.length > walk.left ? `${text.slice(0, Math.max(0, walk.left))}${CUT}` : text;
  walk.left -= shown.length;
  return shown;
}

function printObject(value: object, walk: Walk): unknown {
  if (walk.above.has(value)) return CIRCULAR;
  if (walk.above.size > MAX_DEPTH) return CUT;
  walk.above.add(value);
  try {
    return printMembers(value, walk);
  } finally {
    walk.above.delete(value);
  }
}

function printMembers(value: object, walk: Walk): unknown {
  if (ArrayBuffer.isView(value)) return printText(Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, walk.left)).toString('base64'), walk);
  if (isError(value)) return printFields(ERROR_FIELDS.filter((name) => name in value), value, walk);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return print(withoutToJson(toJSON.call(value)), walk);
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) return printList(value, walk);
  return printFields(Object.keys(value), value, walk);
}

/** What `toJSON` returns is not asked for its own again, as in `JSON.stringify`. */
function withoutToJson(json: unknown): unknown {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json, toJSON: undefined } : json;
}

function printList(members: Iterable<unknown>, walk: Walk): unknown[] {
  const printed: unknown[] = [];
  for (const member of members) {
    if (walk.left <= 0) return [...printed, CUT];
    printed.push(print(member, walk));
  }
  return printed;
}

function printFields(names: readonly string[], value: object, walk: Walk): object {
  const printed: [string, unknown][] = [];
  for (const name of names) {
    if (walk.left <= 0) return Object.fromEntries([...printed, [CUT, names.length - printed.length]]);
    printed.push([printText(name, walk), printField(value, name, walk)]);
  }
  return Object.fromEntries(printed);
}

function printField(value: object, name: string, walk: Walk): unknown {
  try {
    return print((value as { readonly [name: string]: unknown })[name], walk);
  } catch {
    return UNREADABLE;
  }
}
