import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ChangeHandler, QueuedSubscriber } from '../../src';
import { AUTO_REDRIVE_BUNDLE } from '../../src/subscribe/auto-redrive';
import { AutoRedrivePolicy } from '../../src/subscribe/auto-redrive-policy';
import { assetOf } from '../support/assets';
import { useBootstrap } from '../support/bootstrap';
import { handler, logicalIds, newStack, orders, Resource, resources, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());

const directory = mkdtempSync(join(tmpdir(), 'auto-redrive-'));
const shipped = AUTO_REDRIVE_BUNDLE.directory;
beforeEach(() => {
  AUTO_REDRIVE_BUNDLE.directory = directory;
  writeFileSync(join(directory, 'auto-redrive.mjs'), 'export const handler = () => undefined;');
});
afterAll(() => {
  AUTO_REDRIVE_BUNDLE.directory = shipped;
  rmSync(directory, { recursive: true, force: true });
});

const own = (stack: Stack) => Object.entries(resources(stack)).filter(([id]) => id.includes('AutoRedrive'));
const ofType = (stack: Stack, type: string): Resource[] => own(stack).map(([, resource]) => resource).filter(({ Type }) => Type === type);

test('is off by default: nothing is made', () => {
  const stack = newStack();
  subscribe(stack, 'Sub', orders(stack));
  expect(own(stack)).toEqual([]);
});

test('seven resources for a table in a stack, whether its subscribers read the stream or a queue', () => {
  const stack = newStack();
  const source = orders(stack);
  subscribe(stack, 'Direct', source, { autoRedrive: {} });
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler(), autoRedrive: { firstDelay: Duration.minutes(5), maxAge: Duration.hours(6) } });
  expect(own(stack).map(([, { Type }]) => Type).sort()).toEqual([
    'AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::IAM::Role', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Function', 'AWS::Lambda::Permission',
    'AWS::Logs::LogGroup',
  ]);
  const [{ Properties: { Targets: [{ Input }] } }] = ofType(stack, 'AWS::Events::Rule');
  expect(JSON.stringify(Input)).toMatch(/"subscriber.*Direct.*"firstDelaySeconds\\":900,\\"maxAgeSeconds\\":86400.*Queued.*"firstDelaySeconds\\":300,\\"maxAgeSeconds\\":21600/);
  const added = Object.keys(logicalIds(stack)).filter((id) => id.includes('AutoRedrive'));
  expect(added.every((id) => id.startsWith('OrdersAutoRedrive'))).toBe(true);
});

test('its function is deployed with its own file alone, whatever lies beside it in the package', () => {
  const beside = ['bootstrap.mjs', 'dynamodb.mjs', 'not-auto-redrive.mjs', 'auto-redrive.mjs.map', join('change', 'auto-redrive.mjs'), join('change', 'values.js')];
  mkdirSync(join(directory, 'change'), { recursive: true });
  for (const file of beside) writeFileSync(join(directory, file), 'export const other = 1;');
  const stack = newStack();
  subscribe(stack, 'Direct', orders(stack), { autoRedrive: {} });
  const asset = assetOf(stack, 'OrdersAutoRedrive');
  for (const file of beside) rmSync(join(directory, file));
  expect(asset.files).toEqual(['auto-redrive.mjs']);
  expect(asset.read('auto-redrive.mjs')).toContain('handler');
  expect(ofType(stack, 'AWS::Lambda::Function')[0].Properties.Handler).toBe('auto-redrive.handler');
});

test('fails without its file, with the way out', () => {
  rmSync(join(directory, 'auto-redrive.mjs'));
  const stack = newStack();
  expect(() => subscribe(stack, 'Direct', orders(stack), { autoRedrive: {} })).toThrow(/autoRedrive: given .*auto-redrive\.mjs, allowed the prebuilt function.*Reinstall cdk-dynamodb-cdc/);
});

test('belongs to the stack of its subscribers: the table\'s stack refers to none of them', () => {
  const app = new App();
  const source = orders(new Stack(app, 'Table'));
  const stack = new Stack(app, 'Subscribers');
  subscribe(stack, 'Direct', source, { autoRedrive: {} });
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler(), autoRedrive: {} });
  app.synth();
  expect(ofType(stack, 'AWS::Lambda::Function')).toHaveLength(1);
  expect(own(Stack.of(source))).toEqual([]);
});

const FULL_NAME = (index: number) => `${'n'.repeat(60)}${String(index).padStart(4, '0')}`;

function withSubscribers(count: number): { stack: Stack; policy: AutoRedrivePolicy } {
  const stack = newStack();
  const document = new iam.PolicyDocument();
  const role = new iam.Role(stack, 'AutoRedriveRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), inlinePolicies: { Redrive: document } });
  const policy = new AutoRedrivePolicy(stack, role, document, orders(stack).failureStore);
  for (const name of Array.from({ length: count }, (_none, index) => FULL_NAME(index))) {
    policy.allow(name, lambda.Function.fromFunctionName(stack, name, name));
  }
  return { stack, policy };
}

test('what exceeds the inline policies of a role goes to managed policies: each subscriber stands in one of them', () => {
  const { stack } = withSubscribers(80);
  const managed = Object.values(resources(stack)).filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy');
  expect(managed.length).toBeGreaterThan(1);
  expect(managed.length).toBeLessThanOrEqual(10);
  const text = JSON.stringify(resources(stack));
  for (let index = 0; index < 80; index += 1) expect(text.split(`/changes/${FULL_NAME(index)}/*`)).toHaveLength(2);
});

test('fails for more subscribers than the policies of a role hold, and names the way out', () => {
  expect(() => withSubscribers(200)).toThrow(/^\[Stack\] autoRedrive: given subscriber \d+, allowed .* Put some of the subscribers into another stack/);
});

test('may list, read and delete the changes of its subscribers only, and invoke only their functions', () => {
  const stack = newStack();
  subscribe(stack, 'Mine', orders(stack), { autoRedrive: {} });
  const [role] = ofType(stack, 'AWS::IAM::Role');
  type Statement = { Action: string | string[]; Resource: object | string; Condition?: any };
  const statements = role.Properties.Policies[0].PolicyDocument.Statement as Statement[];
  const of = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
  expect(of('s3:ListBucket').map(({ Condition }) => Condition.StringLike['s3:prefix'])).toEqual([['changes/Mine/*']]);
  expect(JSON.stringify(of('s3:DeleteObject').map((one) => one.Resource))).toContain('/changes/Mine/*');
  expect(JSON.stringify(of('s3:PutObject').map((one) => one.Resource))).toContain('/changes/.set-aside/Mine/*');
  expect(of('lambda:InvokeFunction')).toHaveLength(1);
  // Of the ledger, only rows of leases.
  expect(of('dynamodb:UpdateItem').map(({ Condition }) => Condition)).toEqual([{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['auto-redrive:*'] } }]);
  expect(statements.every((one) => one.Resource !== '*')).toBe(true);
});

test.each([
  ['firstDelay', { firstDelay: Duration.minutes(4) }], ['maxAge', { maxAge: Duration.days(91) }],
])('fails for %s out of its bounds', (property, autoRedrive) => {
  const stack = newStack();
  expect(() => subscribe(stack, 'Sub', orders(stack), { autoRedrive })).toThrow(`[Stack/Sub] autoRedrive.${property}: given`);
});

test('fails with a function that has no runtime to hand changes to', () => {
  const stack = newStack();
  const fn = lambda.Function.fromFunctionName(stack, 'Fn', 'fn');
  expect(() => subscribe(stack, 'Sub', orders(stack), { handler: ChangeHandler.fromFunction(fn), autoRedrive: {} })).toThrow('[Stack/Sub] autoRedrive: given it with ChangeHandler.fromFunction');
});

test.each([['AwsSolutions', AwsSolutionsChecks], ['Serverless', ServerlessChecks]])('%s finds nothing in it', (_name, Checks) => {
  const stack = newStack();
  subscribe(stack, 'Mine', orders(stack), { autoRedrive: {} });
  const { violations } = new Checks(stack.node.root as App).validateScope(stack);
  const found = violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${constructPath} ${ruleName}`));
  expect(found.filter((line) => line.includes('AutoRedrive'))).toEqual([]);
});
