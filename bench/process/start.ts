/** The start of a function: what loading a bundle costs, without Node's own start and without user code. Started by the init case. */

import { pathToFileURL } from 'node:url';

async function main(): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  await import(pathToFileURL(process.argv[2]).href);
  const { user, system } = process.cpuUsage(before);
  const wallMillis = performance.now() - started;
  process.send!({ cpuMillis: (user + system) / 1000, wallMillis }, () => process.exit());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
