import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import { PackageEntry } from './entries';
import { POPULAR_PACKAGES } from '../../scripts/setup/popular-packages';
import { ChangeHandler } from '../../src';
import { assetOf } from '../support/assets';
import { orders, resources, subscribe } from '../support/stacks';

export interface Bundle {
  readonly directory: string;
  /** What the function is deployed with; undefined without the library. */
  readonly environment?: { readonly [name: string]: unknown };
}

/** Each entry bundled with `fromEntry` and with plain NodejsFunction, or why it could not be. */
export interface Bundles {
  readonly library: Bundle | Error;
  readonly plain: Bundle | Error;
}

/** All of them in one app: synthesizing takes longer than bundling. */
export function bundleEntries(entries: readonly PackageEntry[]): Map<PackageEntry, Bundles> {
  useFastNpx();
  const [library, plain] = bundlingStacks();
  const bundled = entries.map((entry, index) => {
    const file = write(entry, index);
    return { entry, index, errors: [attempt(() => addSubscriber(library, index, file, entry.format)), attempt(() => addPlain(plain, index, file))] };
  });
  const all = resources(library);
  const environmentOf = (index: number) => Object.entries(all).find(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(idOf(index)))![1].Properties.Environment.Variables;
  return new Map(bundled.map(({ entry, index, errors }): [PackageEntry, Bundles] => [entry, {
    library: errors[0] ?? { directory: assetOf(library, idOf(index)).directory, environment: environmentOf(index) },
    plain: errors[1] ?? { directory: assetOf(plain, idOf(index)).directory },
  }]));
}

/** Ids of which none begins with another. */
const idOf = (index: number) => `Entry${String(index).padStart(2, '0')}`;

function bundlingStacks(): [Stack, Stack] {
  const app = new App();
  return [new Stack(app, 'Library'), new Stack(app, 'Plain')];
}

function addSubscriber(stack: Stack, index: number, entry: string, format?: nodejs.OutputFormat): void {
  const source = orders(new Stack(stack.node.root as App, `Table${index}`));
  subscribe(stack, idOf(index), source, { handler: ChangeHandler.fromEntry(entry, { bundling: { format } }) });
}

function addPlain(stack: Stack, index: number, entry: string): void {
  new nodejs.NodejsFunction(stack, idOf(index), { runtime: lambda.Runtime.NODEJS_24_X, entry, bundling: { bundleAwsSDK: true } });
}

function attempt(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function write({ file, head, compute }: PackageEntry, index: number): string {
  const directory = join(POPULAR_PACKAGES, 'entries');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'table.json'), '{"vat":19}');
  const path = join(directory, `entry-${index}.${file}`);
  const handler = file === 'ts'
    ? `export const onChange = async (change: any) => { globalThis.computed = ${compute}; };`
    : `exports.onChange = async (change) => { globalThis.computed = ${compute}; };`;
  writeFileSync(path, `${head}\n${handler}\n`);
  return relative(process.cwd(), path);
}

/** CDK starts esbuild through npx, which takes several times as long as esbuild itself to find it. */
function useFastNpx(): void {
  const directory = join(POPULAR_PACKAGES, 'bin');
  const npx = join(directory, 'npx');
  mkdirSync(directory, { recursive: true });
  writeFileSync(npx, `#!/bin/sh\nshift\nprogram=$1\nshift\nexec ${resolve('node_modules/.bin')}/$program --log-level=error "$@"\n`);
  chmodSync(npx, 0o755);
  process.env.PATH = `${directory}${delimiter}${process.env.PATH}`;
}
