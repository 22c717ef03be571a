import { EntryHandlerOptions, FunctionHandlerOptions } from './handler-options';
import { HandlerSource } from './handler-source';
import { FLAG, has, listOf, NUMBER, Remedy, required, rule, struct, TEXT } from '../validate/rules';
import { Problem, Rule, Shape } from '../validate/shape';

const isFunction = has('functionArn');
const ALLOWED = 'a ChangeHandler';

const wrap: Remedy = (value) => {
  if (isFunction(value)) return 'Wrap the function: ChangeHandler.fromFunction(fn)';
  if (typeof value === 'function') return 'Lambda loads it from a file: export it as onChange, and give ChangeHandler.fromEntry(\'path/of/the/file\')';
  return typeof value === 'string' ? `Write ChangeHandler.fromEntry('${value}') for a file, ChangeHandler.fromDirectory for a directory` : undefined;
};

/** A ChangeHandler, also one of another copy of the library, and what its factory method was given. */
export const HANDLER: Rule = required({
  allowed: ALLOWED,
  problem: (value) => (has('_source')(value)
    ? (value as { readonly _source: HandlerSource })._source.problem()
    : { given: value, allowed: ALLOWED, remedy: wrap(value) }),
});

const LIST_OF_TEXTS = listOf(TEXT);
const ENTRY_OPTIONS: Shape<EntryHandlerOptions> = {
  exportName: TEXT,
  bundling: struct({
    externalModules: LIST_OF_TEXTS,
    nodeModules: LIST_OF_TEXTS,
    mainFields: LIST_OF_TEXTS,
    inject: LIST_OF_TEXTS,
    banner: TEXT,
    minify: FLAG,
    sourceMap: FLAG,
  }),
  depsLockFilePath: TEXT,
  projectRoot: TEXT,
};
const FUNCTION_OPTIONS: Shape<FunctionHandlerOptions> = { reportBatchItemFailures: FLAG, retryAttempts: NUMBER };
const FILE = rule('the path of a JavaScript or TypeScript file', (value) => typeof value === 'string');
const DIRECTORY = rule('the path of a directory', (value) => typeof value === 'string');
const TARGET = rule('module.export, such as index.onChange', (value) => typeof value === 'string');
const FUNCTION = rule('a lambda.IFunction', isFunction, (value) => (typeof value === 'string' ? 'Import it by lambda.Function.fromFunctionArn' : undefined));

export function entryProblem(entry: string, options: EntryHandlerOptions): Problem | undefined {
  return FILE.problem(entry) ?? struct({ ...ENTRY_OPTIONS }).problem(options);
}

export function directoryProblem(directory: string, handler: string): Problem | undefined {
  return DIRECTORY.problem(directory) ?? TARGET.problem(handler);
}

export function functionProblem(fn: unknown, options: FunctionHandlerOptions): Problem | undefined {
  return FUNCTION.problem(fn) ?? struct({ ...FUNCTION_OPTIONS }).problem(options);
}
