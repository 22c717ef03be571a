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

function entriesOf(root: string, relative: string): Zippable {
  const names = readdirSync(join(root, relative)).sort();
  return Object.assign({}, ...names.map((name): Zippable => {
    const path = relative ? `${relative}/${name}` : name;
    const stats = statSync(join(root, path));
    if (stats.isDirectory()) return entriesOf(root, path);
    const mode = stats.mode & 0o111 ? 0o755 : 0o644;
    return { [path]: [readFileSync(join(root, path)), { os: UNIX, attrs: (0o100000 | mode) << 16 }] };
  })) as Zippable;
}
