import * as fs from 'fs';
import * as path from 'path';

interface Package {
  readonly version: string;
  readonly repository: { readonly url: string };
}

/** Of a checkout, which is no release. */
const UNRELEASED = '0.0.0';

/** Where the runbook of this version is. The section of an alarm is appended to it, after `#`. */
export function runbookAddress(of: Package = ownPackage()): string {
  const repository = of.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return `${repository}/blob/${of.version === UNRELEASED ? 'main' : `v${of.version}`}/docs/runbook.md`;
}

function ownPackage(): Package {
  // The same from `src` and from `lib`.
  return JSON.parse(fs.readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8')) as Package;
}
