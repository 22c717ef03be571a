import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { RELAY_BUNDLES } from '../../src/broker/relay-code';
import { WATCH_BUNDLES } from '../../src/observe/failure-watch';
import { BOOTSTRAP } from '../../src/subscribe/library-files';

/** Puts a runtime of known content in the place of the bundled one, so that these tests need no bundle. */
export function useBootstrap(text = 'export const handler = async () => ({ batchItemFailures: [] });\n'): void {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdc-bootstrap-'));
  const file = path.join(directory, 'bootstrap.mjs');
  fs.writeFileSync(file, text);
  for (const name of ['s3.mjs', 'dynamodb.mjs']) fs.writeFileSync(path.join(directory, name), `export const client = undefined; // ${name}\n`);
  for (const name of ['worker.mjs', 'long-worker.mjs', 'relay.mjs', 'watch.mjs']) fs.writeFileSync(path.join(directory, name), `// ${name}\n${text}`);
  BOOTSTRAP.file = file;
  RELAY_BUNDLES.directory = directory;
  WATCH_BUNDLES.directory = directory;
}
