import { createRequire } from 'node:module';
import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

type DynamoDBStreamsToLambda = new (scope: Construct, id: string, props: { lambdaFunctionProps: lambda.FunctionProps }) => Construct;

/** A subscriber and its table, with Solutions Constructs and its defaults; fewer resources than the others. */
export function solutionsConstructs(root: string): (stack: Stack, name: string, directory: string) => void {
  const { DynamoDBStreamsToLambda } = createRequire(`${root}/`)('@aws-solutions-constructs/aws-dynamodbstreams-lambda') as {
    DynamoDBStreamsToLambda: DynamoDBStreamsToLambda;
  };
  return (stack, name, directory) => {
    new DynamoDBStreamsToLambda(stack, name, {
      lambdaFunctionProps: { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.onChange', code: lambda.Code.fromAsset(directory) },
    });
  };
}
