/** A pattern as the user wrote it, or a part of one. */
export type JsonObject = { [name: string]: unknown };

/**
 * A field that a pattern asks for twice, such as beside `$or` and inside it, or undefined. AWS keeps the later of the two and forgets
 * the other, so the pattern would not mean what it says.
 */
export function repeatedField(pattern: JsonObject): string | undefined {
  for (const fields of alternativesIn(pattern, '')) {
    const repeated = fields.find((field, index) => fields.indexOf(field) !== index);
    if (repeated !== undefined) return repeated;
  }
  return undefined;
}

/** The fields of each alternative, `$or` multiplied out. */
function alternativesIn(pattern: JsonObject, prefix: string): string[][] {
  return Object.entries(pattern).reduce<string[][]>((alternatives, [name, value]) => {
    const more = name === '$or' && Array.isArray(value)
      ? (value as JsonObject[]).flatMap((branch) => alternativesIn(branch, prefix))
      : fieldAlternatives(value, `${prefix}${name}`);
    return alternatives.flatMap((left) => more.map((right) => [...left, ...right]));
  }, [[]]);
}

function fieldAlternatives(value: unknown, path: string): string[][] {
  return Array.isArray(value) ? [[path]] : alternativesIn(value as JsonObject, `${path}.`);
}
