import * as crypto from 'crypto';
import * as path from 'path';
import { AssetStaging } from 'aws-cdk-lib';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import { closestAbove } from './closest-above';
import { LibraryFiles } from './handler-source';
import { addLibraryFiles, hashOfLibraryFiles } from './library-files';

/** What CommonJS has in place of these, so that packages which locate their own files load. */
const META_IN_COMMONJS = { 'import.meta.url': 'cdcImportMetaUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' };
const COMMONJS_BANNER = 'const cdcImportMetaUrl=require(\'node:url\').pathToFileURL(__filename).href;';
/** What CommonJS packages use inside an ES module. Global, because a user's own banner or file may declare the same names. */
const ESM_BANNER = 'import{createRequire as cdcCreateRequire}from\'node:module\';globalThis.require??=cdcCreateRequire(import.meta.url);'
  + 'globalThis.__dirname??=import.meta.dirname;globalThis.__filename??=import.meta.filename;';
/** Where packages are found; the second is Yarn's Plug'n'Play. */
const INSTALLED_SDK = [path.join('node_modules', '@aws-sdk'), '.pnp.cjs'];

export interface Bundled {
  readonly entry: string;
  readonly own?: nodejs.BundlingOptions;
  readonly bootstrap: string;
  readonly files: LibraryFiles;
}

/**
 * Bundles as CDK's NodejsFunction does, so that the packages which work there work here. Only the AWS SDK is inlined if it is
 * installed: CDK leaves it outside, and the function then runs on whichever version its Lambda runtime has.
 */
export function bundlingOptions({ entry, own, bootstrap, files }: Bundled): nodejs.BundlingOptions {
  const isEsm = own?.format === nodejs.OutputFormat.ESM;
  return {
    bundleAwsSDK: closestAbove(path.dirname(path.resolve(entry)), INSTALLED_SDK) !== undefined,
    ...own,
    define: { ...(isEsm ? {} : META_IN_COMMONJS), ...own?.define },
    banner: `${isEsm ? ESM_BANNER : COMMONJS_BANNER}${own?.banner ?? ''}`,
    assetHash: own?.assetHash && hashWith(own.assetHash, hashOfLibraryFiles(bootstrap, files)),
    commandHooks: new AddLibraryFiles(bootstrap, files, own?.commandHooks),
  };
}

/** A hash of the user's own covers neither the runtime nor the filter: a change of these must deploy, too. */
function hashWith(own: string, library: string): string {
  return crypto.createHash('sha256').update(own).update(library).digest('hex');
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
