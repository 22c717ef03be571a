import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DirectoryHandler } from './directory-handler';
import { EntryHandler } from './entry-handler';
import { EntryHandlerOptions, FunctionHandlerOptions } from './handler-options';
import { functionProblem } from './handler-shapes';
import { HandlerSource } from './handler-source';
import { DEFAULT_EXPORT } from '../contract/settings';

/** What a subscriber does with a change. */
export class ChangeHandler {
  /**
   * Bundles a TypeScript or JavaScript file as CDK's `NodejsFunction` does, and adds the library's runtime. Needs esbuild, and never uses Docker.
   *
   * The subscriber that is given it fails for a file that is not there, an export that the file does not have, and a missing esbuild.
   *
   * @param entry path of the file, from the working directory
   * @param options name of the exported function, `onChange` unless said otherwise, and how to bundle
   */
  public static fromEntry(entry: string, options: EntryHandlerOptions = {}): ChangeHandler {
    return new ChangeHandler(new EntryHandler(entry, options));
  }

  /**
   * Takes a directory of JavaScript as it is, ES modules or CommonJS, and adds the library's runtime. Needs no bundler.
   *
   * The subscriber that is given it fails for a directory, a module or an export that is not there, and for links that lead out of the directory.
   *
   * @param directory path of the directory, from the working directory; it must hold all that the handler imports
   * @param handler `module.export`, the module relative to the directory and without extension; by default `index.onChange`
   */
  public static fromDirectory(directory: string, handler: string = `index.${DEFAULT_EXPORT}`): ChangeHandler {
    return new ChangeHandler(new DirectoryHandler(directory, handler));
  }

  /**
   * Wires a Lambda function in any language to the stream, or to a subscriber's queue, without the runtime: it receives stream events as they are, from a queue messages with
   * stream records in them, and order, attempts, and knowing what it has done before are its own concern.
   *
   * The subscriber that is given it fails for whatever only the runtime can do, such as `maxAttempts`, or on a stream a filter that the mapping cannot evaluate whole.
   *
   * @param fn the function
   * @param options what the function can do
   */
  public static fromFunction(fn: lambda.IFunction, options: FunctionHandlerOptions = {}): ChangeHandler {
    return new ChangeHandler({
      kind: 'RAW',
      fn,
      reportBatchItemFailures: options?.reportBatchItemFailures ?? false,
      retryAttempts: options?.retryAttempts,
      problem: () => functionProblem(fn, options),
    });
  }

  /** @internal */
  public readonly _source: HandlerSource;

  private constructor(source: HandlerSource) {
    this._source = source;
  }
}
