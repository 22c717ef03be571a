import * as crypto from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { Construct } from 'constructs';
import { LibraryFiles, SubscriberInput } from './handler-source';
import { ASSET_FILES } from '../contract/settings';
import { invalid } from '../validate/invalid';

/** Where the prebuilt runtime ships in the package. Tests point it at a changed copy. */
export const BOOTSTRAP = { file: path.join(__dirname, '..', '..', 'assets', 'runtime', 'bootstrap.mjs') };

export function checkBootstrap(scope: Construct): void {
  if (fs.existsSync(BOOTSTRAP.file)) return;
  throw invalid(scope, 'bootstrap', BOOTSTRAP.file, 'the prebuilt runtime', 'Reinstall cdk-dynamodb-cdc, or in its repository run `npx projen bundle`');
}

/** Bundled beside the bootstrap, which loads them when it needs them. */
const LOADED_LATE = [['s3.mjs', ASSET_FILES.S3_CLIENT], ['dynamodb.mjs', ASSET_FILES.SDK_DYNAMODB]] as const;

/** Bundled for subscribers with a queue. */
const WORKERS = { QUEUE: 'worker.mjs', LONG_WORK: 'long-worker.mjs' } as const;

/** The prebuilt runtime for a stream's batches or a queue's messages. */
export function bootstrapFor(input: SubscriberInput): string {
  return input === 'STREAM' ? BOOTSTRAP.file : path.join(path.dirname(BOOTSTRAP.file), WORKERS[input]);
}

/** Adds the runtime to an asset. Written directly rather than by shell commands, so no shell's quoting matters. */
export function addLibraryFiles(directory: string, bootstrap: string, files: LibraryFiles): void {
  for (const [from, to] of copied(bootstrap)) fs.copyFileSync(from, path.join(directory, to));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(directory, name), text);
}

/** Changes with everything that `addLibraryFiles` adds. */
export function hashOfLibraryFiles(bootstrap: string, files: LibraryFiles): string {
  const hash = crypto.createHash('sha256');
  for (const [from, to] of copied(bootstrap)) hash.update(to).update(fs.readFileSync(from));
  return hash.update(JSON.stringify(Object.entries(files))).digest('hex');
}

function copied(bootstrap: string): Array<[from: string, to: string]> {
  const late = LOADED_LATE.map(([from, to]): [string, string] => [path.join(path.dirname(bootstrap), from), to]);
  return [[bootstrap, ASSET_FILES.BOOTSTRAP], ...late];
}
