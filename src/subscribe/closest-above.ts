import * as fs from 'fs';
import * as path from 'path';

/** The first of these names in the directory, or in the closest one above it that has any. */
export function closestAbove(directory: string, names: readonly string[]): string | undefined {
  const found = names.find((name) => fs.existsSync(path.join(directory, name)));
  const parent = path.dirname(directory);
  return found ?? (parent === directory ? undefined : closestAbove(parent, names));
}
