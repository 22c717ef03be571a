/** Returns the pattern as JSON text. */
export function checkRawPattern(raw: { [key: string]: unknown }): string {
  return JSON.stringify(raw);
}
