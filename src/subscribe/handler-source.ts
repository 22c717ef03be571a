import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Problem } from '../validate/shape';

/** What all handlers have. */
interface Handler {
  /** What is wrong with the values that it was made of, before any of them is used. */
  problem(): Problem | undefined;
}

/** A function of the user's, run by the library's runtime, which is added to its asset. */
export interface RuntimeHandler extends Handler {
  readonly kind: 'RUNTIME';
  /** `module.export` relative to the asset's root, without extension. */
  readonly target: string;
  /** Throws, naming what is missing, before anything is made. */
  check(scope: Construct): void;
  create(scope: Construct, id: string, props: lambda.FunctionOptions, files: LibraryFiles, input?: SubscriberInput): lambda.Function;
}

/** What the function is called with: a stream's batches unless said otherwise, a queue's, or a queue's one by one for work that takes long. */
export type SubscriberInput = 'STREAM' | 'QUEUE' | 'LONG_WORK';

/** A Lambda function that takes stream events as they are. */
export interface RawHandler extends Handler {
  readonly kind: 'RAW';
  readonly fn: lambda.IFunction;
  readonly reportBatchItemFailures: boolean;
  readonly retryAttempts?: number;
}

export type HandlerSource = RuntimeHandler | RawHandler;

/** Text files that the library adds to an asset beside the bootstrap, by name. */
export type LibraryFiles = Readonly<Record<string, string>>;
