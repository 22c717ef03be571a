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
   * How CDK's `NodejsFunction` bundles the file: its options, with its defaults unless stated otherwise here. Set `format` to `OutputFormat.ESM` for top-level await.
   * Bundling in Docker is not supported: `forceDockerBundling` is refused.
   *
   * @default - one CommonJS file, not minified, without a source map; the AWS SDK is inlined if it is installed, otherwise Lambda's is used
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

/** Options for a Lambda function of your own, which takes events as they are. */
export interface FunctionHandlerOptions {
  /**
   * Whether the function returns `batchItemFailures`. If it is true and the function returns nothing, every batch counts as done.
   *
   * @default false - a batch succeeds or fails as a whole
   */
  readonly reportBatchItemFailures?: boolean;

  /**
   * How often Lambda tries a batch of a stream again before it goes to the failure store, 0 to 10,000 (Lambda's bounds). The shard waits as long. With a queue it is refused: set
   * `maxReceiveCount` there.
   *
   * @default 10
   */
  readonly retryAttempts?: number;
}
