import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PACKAGES } from '../../scripts/verify/packages';

const MEGABYTE = 1024 * 1024;
/** Everything that is published; the library's own files are held against their sources below. */
const PUBLISHED = [
  /^(package\.json|README\.md|API\.md|CHANGELOG\.md|LICENSE|\.jsii)$/,
  /^assets\/cli\/index\.js$/,
  /^assets\/runtime\/[\w-]+\.(mjs|js|d\.ts|d\.mts)$/,
  /^assets\/runtime\/change\/[\w-]+\.d\.ts$/,
  /^assets\/contract\/change-json\.d\.ts$/,
  /^lib\/.*\.(js|mjs|d\.ts)$/,
];

let directory: string;
let files: string[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-contents-'));
  execFileSync('tar', ['-xzf', PACKAGES.tarball, '-C', directory]);
  const root = join(directory, 'package');
  files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const text = (file: string) => readFileSync(join(directory, 'package', file), 'utf8');

test('the package is under two megabytes', () => {
  expect(statSync(PACKAGES.tarball).size).toBeLessThan(2 * MEGABYTE);
});

test('nothing is published but what users need', () => {
  expect(files.filter((file) => !PUBLISHED.some((pattern) => pattern.test(file)))).toEqual([]);
  for (const needed of ['package.json', 'README.md', 'API.md', 'LICENSE', '.jsii', 'lib/index.js', 'assets/cli/index.js']) expect(files).toContain(needed);
  for (const file of ['bootstrap.mjs', 'index.js', 'index.mjs', 'index.d.ts', 'index.d.mts']) expect(files).toContain(`assets/runtime/${file}`);
});

test('whatever else lies in the checkout stays there', () => {
  const stray = `stray-${process.pid}.log`;
  writeFileSync(stray, 'not for publication');
  try {
    const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8', timeout: 60_000 });
    const [{ files: packed }] = JSON.parse(answer) as [{ files: { path: string }[] }];
    expect(packed.map(({ path }) => path).filter((path) => !PUBLISHED.some((pattern) => pattern.test(path)))).toEqual([]);
  } finally {
    rmSync(stray);
  }
}, 90_000);

test('every file of the library has a source, and none of the runtime or the local tools is among them', () => {
  const published = files.filter((file) => file.startsWith('lib/'));
  const isAstray = (file: string) => {
    const source = file.replace(/^lib\//, 'src/').replace(/(\.d)?\.ts$|\.js$/, '.ts');
    return !existsSync(source) && !existsSync(file.replace(/^lib\//, 'src/')) || /^src\/(runtime|local)\//.test(source);
  };
  expect(published.filter(isAstray)).toEqual([]);
});

test('no file holds a source map, or a path of the machine it was built on', () => {
  const telltales = [/sourceMappingURL=data/, /sourceMappingURL=\S+\.map/, new RegExp(`${process.cwd()}/`), new RegExp(`${homedir()}/`)];
  expect(files.filter((file) => telltales.some((telltale) => telltale.test(text(file))))).toEqual([]);
});

test('users install nothing besides CDK', () => {
  const { dependencies, bundledDependencies, peerDependencies } = JSON.parse(text('package.json')) as Record<string, object | undefined>;
  expect(dependencies ?? {}).toEqual({});
  expect(bundledDependencies ?? []).toEqual([]);
  expect(Object.keys(peerDependencies ?? {})).toEqual(['aws-cdk-lib', 'constructs']);
});

test('every file that package.json points to is there, but the warnings, which jsii makes only for deprecations', () => {
  const { exports, bin, typesVersions, types, main } = JSON.parse(text('package.json')) as Record<string, unknown>;
  const targets = JSON.stringify({ exports, bin, typesVersions, types, main }).match(/"[^"]+\.(js|mjs|mts|ts|json|jsii)"/g) ?? [];
  const missing = [...new Set(targets.map((target) => target.slice(1, -1).replace(/^\.\//, '')))].filter((target) => !files.includes(target));
  expect(missing).toEqual(['.warnings.jsii.js']);
});
