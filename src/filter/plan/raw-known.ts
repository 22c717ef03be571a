import { EVENT_NAMES } from './leaf';
import { TTL_IDENTITY } from './pushdown';

/** Fields of a stream record that hold one of a few values, by their path. */
const KNOWN: { readonly [path: string]: { readonly what: string; readonly values: readonly string[] } } = {
  'eventName': { what: 'event', values: EVENT_NAMES },
  'eventSource': { what: 'event source', values: ['aws:dynamodb'] },
  'dynamodb.StreamViewType': { what: 'stream view type', values: ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] },
  'userIdentity.type': { what: 'type of identity', values: [TTL_IDENTITY.type] },
  'userIdentity.principalId': { what: 'principal', values: [TTL_IDENTITY.principalId] },
};

/** Why a matcher of such a field can never match. */
export function knownValueMistake(path: readonly string[], matcher: unknown): string | undefined {
  const known = KNOWN[path.join('.')];
  if (known === undefined || canMatch(matcher, known.values)) return undefined;
  return `no ${known.what} is called ${JSON.stringify(matcher)}, so it would never match. They are ${known.values.join(', ')}`;
}

function canMatch(matcher: unknown, values: readonly string[]): boolean {
  if (typeof matcher !== 'object' || matcher === null) return values.includes(matcher as string);
  const [[operator, operand] = []] = Object.entries(matcher);
  switch (operator) {
    case 'prefix': return values.some((value) => value.startsWith(String(operand)));
    case 'suffix': return values.some((value) => value.endsWith(String(operand)));
    case 'equals-ignore-case': return values.some((value) => value.toLowerCase() === String(operand).toLowerCase());
    case 'anything-but': return values.some((value) => ![operand].flat().includes(value));
    case 'numeric': return false;
    // Also what is no operator, which is refused for that.
    default: return true;
  }
}
