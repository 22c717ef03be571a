import * as fs from 'fs';
import * as path from 'path';
import { AssetHashType, DockerImage, ILocalBundling, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { certainlyLacksExport, parseTarget } from './handler-exports';
import { directoryProblem } from './handler-shapes';
import { LibraryFiles, RuntimeHandler, SubscriberInput } from './handler-source';
import { addLibraryFiles, bootstrapFor, checkBootstrap } from './library-files';
import { ASSET_FILES, BOOTSTRAP_HANDLER } from '../contract/settings';
import { invalid } from '../validate/invalid';
import { Problem } from '../validate/shape';

/** In the order in which the runtime looks for them. */
const EXTENSIONS = ['.mjs', '.js', '.cjs'];

/** Takes a directory of built JavaScript as it is and adds the runtime; needs no bundler. */
export class DirectoryHandler implements RuntimeHandler {
  public readonly kind = 'RUNTIME';

  constructor(private readonly directory: string, public readonly target: string) {}

  public problem(): Problem | undefined {
    return directoryProblem(this.directory, this.target);
  }

  public check(scope: Construct): void {
    const fail = (given: string, allowed: string, remedy?: string) => invalid(scope, 'handler', given, allowed, remedy);
    const root = path.resolve(this.directory);
    if (!fs.existsSync(root) || !fs.statSync(root).isDirectory()) throw fail(this.directory, 'a directory that exists', `Looked for ${root}`);

    const target = parseTarget(this.target);
    if (!target) throw fail(this.target, 'module.export, such as index.onChange');
    if (!isInside(root, path.resolve(root, target.modulePath))) throw fail(this.target, `a module inside ${this.directory}`);
    const modules = EXTENSIONS.map((extension) => path.join(root, `${target.modulePath}${extension}`));
    const module = modules.find((file) => fs.existsSync(file));
    if (!module) throw fail(this.target, `a module that exists in ${this.directory}`, `Looked for ${modules.join(', ')}`);
    if (certainlyLacksExport(module, target.exportName)) throw fail(this.target, `a function that ${module} exports`);

    for (const name of Object.values(ASSET_FILES)) {
      if (fs.existsSync(path.join(root, name))) throw fail(path.join(this.directory, name), 'a directory without the library\'s own file names');
    }
    const astray = linkOutside(root, root);
    if (astray) throw fail(astray, `links inside ${this.directory}`, 'A link out of the asset leads nowhere in Lambda');
    const outdir = Stage.of(scope)?.outdir;
    if (outdir && isInside(root, path.resolve(outdir))) throw fail(this.directory, `a directory that does not hold the app's output, ${outdir}`);
    checkBootstrap(scope);
  }

  public create(
    scope: Construct, id: string, props: lambda.FunctionOptions, files: LibraryFiles, input: SubscriberInput = 'STREAM',
  ): lambda.Function {
    return new lambda.Function(scope, id, {
      ...props,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: BOOTSTRAP_HANDLER,
      code: lambda.Code.fromAsset(path.resolve(this.directory), {
        // The source's hash would not cover the runtime, so that an upgrade of the library would deploy nothing.
        assetHashType: AssetHashType.OUTPUT,
        bundling: {
          image: DockerImage.fromRegistry('never-used'),
          local: new CopyWithLibraryFiles(path.resolve(this.directory), bootstrapFor(input), files),
        },
      }),
    });
  }
}

/** Its fields are part of the key of CDK's cache of bundles. */
class CopyWithLibraryFiles implements ILocalBundling {
  constructor(public readonly directory: string, public readonly bootstrap: string, public readonly files: LibraryFiles) {}

  public tryBundle(outputDir: string): boolean {
    fs.cpSync(this.directory, outputDir, { recursive: true, verbatimSymlinks: true });
    addLibraryFiles(outputDir, this.bootstrap, this.files);
    return true;
  }
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

function linkOutside(root: string, directory: string): string | undefined {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isSymbolicLink()) {
      const goal = fs.readlinkSync(file);
      if (path.isAbsolute(goal) || !isInside(root, path.resolve(directory, goal))) return file;
    } else if (entry.isDirectory()) {
      const found = linkOutside(root, file);
      if (found) return found;
    }
  }
  return undefined;
}
