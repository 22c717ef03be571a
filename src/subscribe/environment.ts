import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LAMBDA_ENVIRONMENT_BYTES } from '../contract/limits';
import { ENV, RuntimeSettings } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { describeInvalid, invalid } from '../validate/invalid';

type Variables = { readonly [name: string]: string };

const RESERVED = 'CDC_';

/** The user's variables and the library's, which they may not replace. */
export function subscriberEnvironment(scope: Construct, own: Variables | undefined, source: IChangeSource, settings: RuntimeSettings): Variables {
  const reserved = Object.keys(own ?? {}).find((name) => name.startsWith(RESERVED));
  if (reserved) throw invalid(scope, 'environment', reserved, `names that do not begin with ${RESERVED}`);
  return {
    ...inOrder(own),
    [ENV.SETTINGS]: toJson(scope, settings),
    [ENV.LEDGER_TABLE]: source.ledger.tableName,
    [ENV.FAILURE_BUCKET]: source.failureStore.bucket.bucketName,
  };
}

/** Java's maps come in another order in each run, which would change the template each time. */
function inOrder(variables: Variables = {}): Variables {
  return Object.fromEntries(Object.keys(variables).sort().map((name) => [name, variables[name]]));
}

/** Checked when all are there: more may be added to the function after it is made. What tokens stand for is not counted. */
export function validateEnvironmentSize(fn: lambda.Function): string[] {
  const resource = fn.node.defaultChild as lambda.CfnFunction;
  const environment: lambda.CfnFunction.EnvironmentProperty | undefined = Stack.of(fn).resolve(resource.environment);
  const bytes = Object.entries(environment?.variables ?? {})
    .map(([name, value]) => Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 0))
    .reduce((sum, size) => sum + size, 0);
  if (bytes <= LAMBDA_ENVIRONMENT_BYTES) return [];
  return [describeInvalid('environment', `${bytes} bytes`, `${LAMBDA_ENVIRONMENT_BYTES} bytes for all variables together, the library's too`)];
}

function toJson(scope: Construct, settings: RuntimeSettings): string {
  const stack = Stack.of(scope);
  const json = JSON.stringify(settings);
  return JSON.stringify(stack.resolve(settings)) === json ? json : stack.toJsonString(settings);
}
