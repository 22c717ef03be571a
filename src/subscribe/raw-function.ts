import * as lambda from 'aws-cdk-lib/aws-lambda';
import { HandlerSource } from './handler-source';
import { secondsOf } from './subscriber-checks';
import { LAMBDA_DEFAULT_TIMEOUT_SECONDS } from '../contract/limits';

/** As far as a function of this app shows it: imported ones do not, and versions and aliases refer to their function. */
interface Configured {
  readonly lambda?: lambda.IFunction;
  readonly timeout?: lambda.Function['timeout'];
}

/** Seconds that the user's own function may take; undefined if it is imported, or known only when deployed. */
export function ownTimeout(source: HandlerSource | undefined): number | undefined {
  return source?.kind === 'RAW' ? timeoutOf(source.fn) : undefined;
}

function timeoutOf(fn: lambda.IFunction & Configured): number | undefined {
  if (fn.lambda) return timeoutOf(fn.lambda);
  const { defaultChild } = fn.node;
  return lambda.CfnFunction.isCfnFunction(defaultChild) ? secondsOf(fn.timeout, LAMBDA_DEFAULT_TIMEOUT_SECONDS) : undefined;
}
