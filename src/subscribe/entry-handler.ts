import * as fs from 'fs';
import * as path from 'path';
import { Stack, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { bundlingOptions } from './bundling';
import { closestAbove } from './closest-above';
import { checkEsbuild } from './esbuild';
import { bundleLacksExport, parseTarget } from './handler-exports';
import { EntryHandlerOptions } from './handler-options';
import { entryProblem } from './handler-shapes';
import { LibraryFiles, RuntimeHandler, SubscriberInput } from './handler-source';
import { bootstrapFor, checkBootstrap } from './library-files';
import { BOOTSTRAP_HANDLER, DEFAULT_EXPORT } from '../contract/settings';
import { invalid } from '../validate/invalid';
import { Problem } from '../validate/shape';

const ENTRY = /\.([cm]?[jt]s|[jt]sx)$/;
/** What CDK names the bundle: the first for ES modules. */
const BUNDLES = ['index.mjs', 'index.js'];
const LOCK_FILES = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'package-lock.json'];

/** Bundles the user's file with CDK's NodejsFunction. */
export class EntryHandler implements RuntimeHandler {
  public readonly kind = 'RUNTIME';
  public readonly target: string;
  private readonly exportName: string;

  constructor(private readonly entry: string, private readonly options: EntryHandlerOptions) {
    this.exportName = options?.exportName ?? DEFAULT_EXPORT;
    this.target = `index.${this.exportName}`;
  }

  public problem(): Problem | undefined {
    return entryProblem(this.entry, this.options);
  }

  public check(scope: Construct): void {
    if (!parseTarget(this.target)) throw invalid(scope, 'handler.exportName', this.exportName, 'the name of an exported function');
    if (!ENTRY.test(this.entry)) throw invalid(scope, 'handler', this.entry, 'a JavaScript or TypeScript file');
    if (!fs.existsSync(this.entry)) throw invalid(scope, 'handler', this.entry, 'a file that exists', `Looked for ${path.resolve(this.entry)}`);
    if (this.options.bundling?.forceDockerBundling) throw invalid(scope, 'handler.bundling.forceDockerBundling', true, 'false');
    checkBootstrap(scope);
    if (Stack.of(scope).bundlingRequired) checkEsbuild(scope);
  }

  public create(
    scope: Construct, id: string, props: lambda.FunctionOptions, files: LibraryFiles, input: SubscriberInput = 'STREAM',
  ): lambda.Function {
    const fn = this.bundled(scope, id, {
      ...props,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: BOOTSTRAP_HANDLER,
      entry: this.entry,
      ...this.root(),
      environment: this.withSourceMaps(props.environment),
      bundling: bundlingOptions({ entry: this.entry, own: this.options.bundling, bootstrap: bootstrapFor(input), files }),
    });
    this.checkExport(scope, fn);
    return fn;
  }

  private bundled(scope: Construct, id: string, props: nodejs.NodejsFunctionProps): lambda.Function {
    try {
      return new nodejs.NodejsFunction(scope, id, props);
    } catch (error) {
      const { message } = error as Error;
      if (!message.startsWith('Failed to bundle')) throw error;
      throw invalid(scope, 'handler', this.entry, 'a file that esbuild can bundle with the options in `bundling`',
        'The messages of esbuild are printed above. If the file or a package uses top-level await, set `bundling: { format: OutputFormat.ESM }`');
    }
  }

  /** CDK insists on a lock file, which an app in Python or Java has not; the entry then stands for it. */
  private root(): Pick<nodejs.NodejsFunctionProps, 'depsLockFilePath' | 'projectRoot'> {
    const { depsLockFilePath, projectRoot } = this.options;
    if (depsLockFilePath ?? lockFileAbove(process.cwd())) return { depsLockFilePath, projectRoot };
    return { depsLockFilePath: this.entry, projectRoot: projectRoot ?? path.dirname(path.resolve(this.entry)) };
  }

  /** Without source maps in the bundle the option would only slow errors down. */
  private withSourceMaps(environment: lambda.FunctionOptions['environment']): lambda.FunctionOptions['environment'] {
    const { sourceMap, sourceMapMode } = this.options.bundling ?? {};
    if (!(sourceMap ?? sourceMapMode !== undefined)) return environment;
    return { ...environment, NODE_OPTIONS: [environment?.NODE_OPTIONS, '--enable-source-maps'].filter(Boolean).join(' ') };
  }

  private checkExport(scope: Construct, fn: lambda.Function): void {
    if (!Stack.of(scope).bundlingRequired) return;
    const asset = fn.node.tryFindChild('Code') as assets.Asset | undefined;
    const directory = asset && path.resolve(Stage.of(scope)!.outdir, asset.assetPath);
    const file = directory && BUNDLES.map((name) => path.join(directory, name)).find((each) => fs.existsSync(each));
    const found = file && bundleLacksExport(file, this.exportName);
    if (!found) return;
    throw invalid(scope, 'handler.exportName', this.exportName, `what ${this.entry} exports: ${found.join(', ') || 'nothing'}`);
  }
}

function lockFileAbove(directory: string): string | undefined {
  return closestAbove(directory, LOCK_FILES);
}
