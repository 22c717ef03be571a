/** What of an attribute in a pattern of the user's own can never match, with what to write instead. */

const TEXTUAL = ['S', 'N', 'B', 'SS', 'NS', 'BS'];
const VALUE_TYPES = [...TEXTUAL, 'BOOL', 'NULL'];

/** A path from an image inwards has to name a type after each attribute, and end with the type of a value. */
export function attributeMistake(path: readonly string[]): string | undefined {
  // Names are joined with dots: which part of such a path is a name cannot be determined, but a type is last in any case.
  if (path.some((name) => name.includes('.')) && VALUE_TYPES.includes(path.join('.').split('.').at(-1)!)) return undefined;
  let types = path.slice(1);
  while (types.length > 1 && (types[0] === 'M' || types[0] === 'L')) types = types.slice(types[0] === 'M' ? 2 : 1);
  if (types.length === 1 && VALUE_TYPES.includes(types[0])) return undefined;
  return `it would never match, because an attribute is an object. Name its type last, one of ${VALUE_TYPES.join(', ')}, and M after each map on the way`;
}

/** What AWS compares is JSON: numbers are text in it, and booleans are not. */
export function valueMistake(type: string, matcher: unknown): string | undefined {
  const isObject = typeof matcher === 'object' && matcher !== null;
  if (TEXTUAL.includes(type)) {
    const isNumeric = typeof matcher === 'number' || (isObject && Object.hasOwn(matcher, 'numeric'));
    if (isNumeric && type.startsWith('N')) return 'a DynamoDB number is text to AWS, so it would never match. Use Attr.number(), or write the number as text';
    if (isNumeric || (!isObject && typeof matcher !== 'string')) return `${JSON.stringify(matcher)} is no text, and ${type} holds text, so it would never match. Write it in quotes`;
    return undefined;
  }
  const isExists = isObject && Object.hasOwn(matcher, 'exists');
  if (isExists || typeof matcher === 'boolean') return undefined;
  return `${type} holds true or false, so ${JSON.stringify(matcher)} would never match. Write [true], [false] or [{"exists": true}]`;
}
