import * as fs from 'fs';
import * as path from 'path';
import { AssetStaging, Stack, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { checkEsbuild } from './esbuild';
import { bundleExports, parseTarget } from './handler-exports';
import { EntryHandlerOptions } from './handler-options';
import { LibraryFiles, RuntimeHandler, SubscriberInput } from './handler-source';
import { addLibraryFiles, bootstrapFor, checkBootstrap } from './library-files';
import { BOOTSTRAP_HANDLER, DEFAULT_EXPORT } from '../contract/settings';
import { invalid } from '../validate/invalid';

const ENTRY = /\.([cm]?[jt]s|[jt]sx)$/;
const LOCK_FILES = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'package-lock.json'];

/** Bundles the user's file with CDK's NodejsFunction. */
export class EntryHandler implements RuntimeHandler {
  public readonly kind = 'RUNTIME';
  public readonly target: string;
  private readonly exportName: string;

  constructor(private readonly entry: string, private readonly options: EntryHandlerOptions) {
    this.exportName = options.exportName ?? DEFAULT_EXPORT;
    this.target = `index.${this.exportName}`;
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
    const fn = new nodejs.NodejsFunction(scope, id, {
      ...props,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: BOOTSTRAP_HANDLER,
      entry: this.entry,
      ...this.root(),
      environment: this.withSourceMaps(props.environment),
      bundling: bundlingOptions(this.options.bundling, bootstrapFor(input), files),
    });
    this.checkExport(scope, fn);
    return fn;
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
    const file = asset && path.resolve(Stage.of(scope)!.outdir, asset.assetPath, 'index.mjs');
    // Only an ES module lists its exports; of CommonJS the runtime says at its start what is missing.
    const exports = file && fs.existsSync(file) ? bundleExports(file) : undefined;
    if (!exports || exports.includes(this.exportName)) return;
    const found = exports.length > 0 ? exports.join(', ') : 'nothing';
    throw invalid(scope, 'handler.exportName', this.exportName, `what ${this.entry} exports: ${found}`);
  }
}

/** Handed to CDK as command hooks, for their place in the bundling; its fields are part of the key of CDK's cache of bundles. */
class AddLibraryFiles implements nodejs.ICommandHooks {
  constructor(public readonly bootstrap: string, public readonly files: LibraryFiles, private readonly own?: nodejs.ICommandHooks) {}

  public beforeBundling(inputDir: string, outputDir: string): string[] {
    // CDK also renders the commands for a container it never starts.
    if (outputDir !== AssetStaging.BUNDLING_OUTPUT_DIR) addLibraryFiles(outputDir, this.bootstrap, this.files);
    return this.own?.beforeBundling(inputDir, outputDir) ?? [];
  }

  public beforeInstall(inputDir: string, outputDir: string): string[] {
    return this.own?.beforeInstall(inputDir, outputDir) ?? [];
  }

  public afterBundling(inputDir: string, outputDir: string): string[] {
    return this.own?.afterBundling(inputDir, outputDir) ?? [];
  }
}

function bundlingOptions(own: nodejs.BundlingOptions | undefined, bootstrap: string, files: LibraryFiles): nodejs.BundlingOptions {
  const esm = (own?.format ?? nodejs.OutputFormat.ESM) === nodejs.OutputFormat.ESM;
  // CommonJS dependencies inside an ES module still call require for Node's own modules.
  const banner = 'import{createRequire as cdcCreateRequire}from\'node:module\';globalThis.require??=cdcCreateRequire(import.meta.url);';
  return {
    format: nodejs.OutputFormat.ESM,
    // Without this the AWS SDK stays outside, and CDK takes whichever version the Lambda runtime has; inlined it also starts faster.
    externalModules: [],
    ...(esm ? { mainFields: ['module', 'main'] } : {}),
    ...own,
    ...(esm ? { banner: own?.banner ? `${banner}${own.banner}` : banner } : {}),
    commandHooks: new AddLibraryFiles(bootstrap, files, own?.commandHooks),
  };
}

function lockFileAbove(directory: string): string | undefined {
  const found = LOCK_FILES.find((name) => fs.existsSync(path.join(directory, name)));
  const parent = path.dirname(directory);
  return found ?? (parent === directory ? undefined : lockFileAbove(parent));
}
