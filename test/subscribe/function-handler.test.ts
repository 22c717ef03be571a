import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Attr, ChangeFilter, ChangeHandler, FunctionHandlerOptions, LogLevel, OrderBy, PoisonPolicy, StreamSubscriberProps } from '../../src';
import { newStack, only, orders, subscribe } from '../support/stacks';

const MAPPING = 'AWS::Lambda::EventSourceMapping';

function subscribed(props: Partial<StreamSubscriberProps> = {}, options?: FunctionHandlerOptions) {
  const stack = newStack();
  const fn = new lambda.Function(stack, 'Own', {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'),
  });
  const source = orders(stack);
  const subscriber = subscribe(stack, 'Sub', source, { handler: ChangeHandler.fromFunction(fn, options), ...props });
  return { stack, fn, source, subscriber };
}

test('wires the function with the same safety, and makes no other', () => {
  const { stack, fn, subscriber } = subscribed();
  expect(subscriber.function).toBe(fn);
  expect(subscriber.role).toBe(fn.role);
  expect(subscriber.logGroup).toBeUndefined();
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.hasResourceProperties(MAPPING, {
    FunctionName: stack.resolve(fn.functionName),
    BisectBatchOnFunctionError: true,
    MaximumRecordAgeInSeconds: 43_200,
    MaximumRetryAttempts: 10,
    DestinationConfig: Match.anyValue(),
    FunctionResponseTypes: Match.absent(),
  });
});

test('the function may read the stream and store failures, before the mapping is made; it has no ledger', () => {
  const { stack } = subscribed();
  const statements = only(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
  // Equal statement ids of several subscribers in one role would be refused.
  expect(statements.map(({ Action, Sid }: { Action: string | string[]; Sid?: string }) => [Sid, [Action].flat().at(-1)])).toEqual([
    [undefined, 'dynamodb:ListStreams'], [undefined, 's3:PutObject'], [undefined, 's3:PutObject'], [undefined, 's3:ListBucket'],
  ]);
  expect(only(stack, MAPPING).DependsOn).toContainEqual(expect.stringMatching(/^OwnServiceRoleDefaultPolicy/));
  Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 0);
});

test('it says itself whether it reports failures, and how often Lambda tries', () => {
  const { stack } = subscribed({}, { reportBatchItemFailures: true, retryAttempts: 3 });
  Template.fromStack(stack).hasResourceProperties(MAPPING, { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 3 });
});

test('has no alarm on what only the runtime counts', () => {
  const { stack, subscriber } = subscribed();
  expect(subscriber.alarms.outage).toBeUndefined();
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 6);
});

test('a filter that can be pushed down whole is', () => {
  const { stack } = subscribed({ filter: ChangeFilter.inserts() });
  Template.fromStack(stack).hasResourceProperties(MAPPING, { FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] } });
});

test('fails for a filter of which something is left to a runtime', () => {
  expect(() => subscribed({ filter: Attr.number('amount').greaterThan(1000) })).toThrow('Stack/Sub');
});

test.each<[keyof StreamSubscriberProps, Partial<StreamSubscriberProps>]>([
  ['concurrency', { concurrency: 1 }],
  ['flushSize', { flushSize: 1 }],
  ['maxAttempts', { maxAttempts: 1 }],
  ['attemptSpan', { attemptSpan: Duration.seconds(1) }],
  ['maxPostponement', { maxPostponement: Duration.minutes(1) }],
  ['onPoison', { onPoison: PoisonPolicy.SKIP_RECORD }],
  ['orderBy', { orderBy: OrderBy.ITEM }],
  ['logLevel', { logLevel: LogLevel.DEBUG }],
  ['logErrorMessages', { logErrorMessages: false }],
])('fails for %s, which only the runtime does', (property, props) => {
  expect(() => subscribed(props))
    .toThrow(`[Stack/Sub] ${property}: given it with ChangeHandler.fromFunction, allowed it with fromEntry and fromDirectory, whose runtime does it`);
});

test.each<[keyof StreamSubscriberProps, Partial<StreamSubscriberProps>]>([
  ['memorySize', { memorySize: 128 }],
  ['reservedConcurrentExecutions', { reservedConcurrentExecutions: 5 }],
  ['timeout', { timeout: Duration.seconds(1) }],
  ['environment', { environment: {} }],
  ['tracing', { tracing: lambda.Tracing.ACTIVE }],
  ['securityGroups', { securityGroups: [] }],
])('fails for %s, which the function has of its own', (property, props) => {
  expect(() => subscribed(props)).toThrow(new RegExp(`\\[Stack/Sub\\] ${property}: given it with ChangeHandler.fromFunction.*Set it on the function itself`));
});

test.each([-1, 10_001])('fails for %s retries', (retryAttempts) => {
  expect(() => subscribed({}, { retryAttempts })).toThrow(`[Stack/Sub] handler.retryAttempts: given ${retryAttempts}, allowed 0 to 10000`);
});

test('of an imported function whose role is not known CDK warns that it could not be granted', () => {
  const stack = newStack();
  const fn = lambda.Function.fromFunctionArn(stack, 'Imported', 'arn:aws:lambda:eu-west-1:111111111111:function:f');
  const subscriber = subscribe(stack, 'Sub', orders(stack), { handler: ChangeHandler.fromFunction(fn) });
  expect(subscriber.role).toBeUndefined();
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('Add statement to this resource\'s role'));
});
