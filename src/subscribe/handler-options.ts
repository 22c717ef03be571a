import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';

/** Options for a handler that is bundled from source. */
export interface EntryHandlerOptions {
  /**
   * Name of the exported function.
   *
   * @default 'onChange'
   */
  readonly exportName?: string;

  /**
   * Options for esbuild. Bundling in Docker is not supported.
   *
   * @default - one ES module, not minified, without a source map, everything inlined, the AWS SDK too
   */
  readonly bundling?: nodejs.BundlingOptions;

  /**
   * Lock file of the entry's package manager.
   *
   * @default - the nearest one from the working directory upwards
   */
  readonly depsLockFilePath?: string;

  /**
   * Directory that holds the entry and everything it imports.
   *
   * @default - the directory of the lock file
   */
  readonly projectRoot?: string;
}

/** Options for a Lambda function that takes stream events as they are. */
export interface FunctionHandlerOptions {
  /**
   * Whether the function returns `batchItemFailures`. If it says so and returns nothing, every batch counts as done.
   *
   * @default false - a batch succeeds or fails as a whole
   */
  readonly reportBatchItemFailures?: boolean;

  /**
   * How often Lambda tries a batch again before it goes to the failure store, 0 to 10,000.
   *
   * @default - until its records reach their greatest age, all of which time the shard waits
   */
  readonly retryAttempts?: number;
}
