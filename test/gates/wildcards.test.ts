import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { apps } from './apps';

/** Every wildcard there may be in a policy that allows something, and why. A new one needs a line here. */
const ALLOWED: ReadonlyArray<{ readonly wildcard: RegExp; readonly reason: string }> = [
  { wildcard: /^s3:PutObject on \w+\.Arn\/changes\/\w+\/\*$/, reason: 'A subscriber puts objects below its own prefix.' },
  { wildcard: /^s3:PutObject on \w+FailuresDiscards\w+\.Arn\/\*$/, reason: 'Lambda asks for all of the bucket to which an event source mapping discards; nothing else is in it.' },
  { wildcard: /^s3:DeleteObject,s3:GetObject,s3:PutObject on \w+\.Arn\/spill\/\*$/, reason: 'The relay keeps what queues do not take, and drains it.' },
  { wildcard: /^s3:(PutObject|GetObject) on \w+\.Arn\/claims\/\*$/, reason: 'The relay puts changes too large for a message there; subscribers fetch them.' },
  { wildcard: /^s3:DeleteObject,s3:GetObject on \w+\.Arn\/changes\/\w+\/\*$/, reason: 'What redrives a subscriber by itself reads its changes, and deletes what is settled.' },
  { wildcard: /^s3:PutObject on \w+\.Arn\/changes\/\.set-aside\/\w+\/\*$/, reason: 'It sets aside what cannot be read.' },
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

/** `actions on resource` for everything with a wildcard. */
function wildcards({ Effect, Action, Resource }: Statement): string[] {
  if (Effect !== 'Allow') return [];
  const actions = [Action].flat();
  return [Resource].flat().map((resource) => `${actions.join()} on ${text(resource)}`).filter((line) => line.includes('*'));
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, inner]] = Object.entries(value ?? { none: '' });
  if (name === 'Fn::GetAtt') return (inner as string[]).join('.');
  if (name === 'Fn::Join') return (inner as [string, unknown[]])[1].map(text).join('');
  return '';
}

function statements(stack: Stack): Statement[] {
  const template = Template.fromStack(stack).toJSON();
  return Object.values(template.Resources as Record<string, { Type: string; Properties?: any }>).flatMap(({ Type, Properties }) => {
    // A resource's own policy is about that resource, whatever it names.
    if (!['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type)) return [];
    const documents = [Properties.PolicyDocument, ...(Properties.Policies ?? []).map((policy: any) => policy.PolicyDocument)];
    return documents.filter(Boolean).flatMap(({ Statement: all }) => all);
  });
}

test('no policy of any example holds a wildcard but those that are allowed', () => {
  const found = apps().flatMap((app) => app.node.findAll().filter(Stack.isStack)
    .flatMap((stack) => statements(stack).flatMap(wildcards).map((wildcard) => ({ stack: stack.stackName, wildcard }))));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ wildcard }) => !ALLOWED.some((allowed) => allowed.wildcard.test(wildcard)))).toEqual([]);
});

test('a wildcard in an action, a resource or both is found', () => {
  const allow = { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } };
  expect(wildcards(allow)).toEqual([]);
  expect(wildcards({ ...allow, Action: ['dynamodb:*'] })).toEqual(['dynamodb:* on Table.Arn']);
  expect(wildcards({ ...allow, Resource: ['*', { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Table', 'Arn'] }, '/index/*']] }] })).toHaveLength(2);
});
