import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Zippable, zipSync } from 'fflate';

/** Zip files know no earlier time; a fixed one makes equal directories equal archives. */
const EPOCH = new Date(1980, 0, 1);
const UNIX = 3;

/** Small work at level 1: the archive is read once, on the same machine. */
export function zipDirectory(directory: string): Uint8Array {
  return zipSync(entriesOf(directory, ''), { level: 1, mtime: EPOCH });
}

/** Type and permissions of a regular file, as Unix keeps them in the upper half of a zip entry's attributes. */
const EXECUTABLE_FILE = 0o100755 * 0x10000;
const PLAIN_FILE = 0o100644 * 0x10000;

function isExecutable(mode: number): boolean {
  return /[1357]/.test((mode % 0o1000).toString(8));
}

function entriesOf(root: string, relative: string): Zippable {
  const names = readdirSync(join(root, relative)).sort();
  return Object.assign({}, ...names.map((name): Zippable => {
    const path = relative ? `${relative}/${name}` : name;
    const stats = statSync(join(root, path));
    if (stats.isDirectory()) return entriesOf(root, path);
    return { [path]: [readFileSync(join(root, path)), { os: UNIX, attrs: isExecutable(stats.mode) ? EXECUTABLE_FILE : PLAIN_FILE }] };
  })) as Zippable;
}
