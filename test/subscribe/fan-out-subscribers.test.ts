import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { Attr, CdcTableProps, ChangeFilter, ChangeHandler, OrderBy, FanOutSubscriberOptions, FanOutSubscribers } from '../../src';
import { Relay } from '../../src/broker/relay';
import { Routes, ROUTES_FILE } from '../../src/contract/routes';
import { QueuedSubscriberProps } from '../../src/subscribe/queued-subscriber-props';
import { assetOf } from '../support/assets';
import { useBootstrap } from '../support/bootstrap';
import { hideAssetHashes } from '../support/hide-asset-hashes';
import { handler, logicalIds, newStack, orders, resources, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());
expect.addSnapshotSerializer(hideAssetHashes);

const options = (more: Partial<QueuedSubscriberProps> = {}): FanOutSubscriberOptions => ({ handler: handler(), ...more });

interface Made {
  readonly stack: Stack;
  readonly notify: FanOutSubscribers;
}

function fanOut(subscribers: { [name: string]: FanOutSubscriberOptions }, props: Partial<CdcTableProps> = {}, stack = newStack()): Made {
  return { stack, notify: new FanOutSubscribers(stack, 'Notify', { source: orders(stack, props), subscribers }) };
}

/** Stated in docs/adr/0023; a stack holds 500. */
const SIZE_OF_FIFTY = 474;

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${String(index).padStart(2, '0')}`);
const many = (count: number) => Object.fromEntries(names(count).map((name) => [name, options()]));
const ofType = (stack: Stack, type: string) => Object.values(resources(stack)).filter(({ Type }) => Type === type);

describe('resources', () => {
  test.each([[1], [2], [3], [10], [50]])('%i subscribers read the stream once', (count) => {
    const { stack } = fanOut(many(count));
    const mappings = ofType(stack, 'AWS::Lambda::EventSourceMapping');
    expect(mappings.filter(({ Properties }) => Properties.StartingPosition)).toHaveLength(1);
    expect(mappings).toHaveLength(count + 1);
  });

  test('a subscriber takes nine resources, and fifty fit one stack', () => {
    const sizes = [1, 2, 18, 50].map((count) => Object.keys(resources(fanOut(many(count)).stack)).length);
    expect(sizes[1] - sizes[0]).toBe(9);
    expect(sizes[2] - sizes[0]).toBe(17 * 9);
    // Of parameters there is one for eighteen queues.
    expect(sizes[3] - sizes[0]).toBe(49 * 9 + 2);
    expect(sizes[3]).toBe(SIZE_OF_FIFTY);
  });

  test('the fiftieth subscriber adds as many constructs as the second, in its own scope and around it', () => {
    const sizes = [1, 2, 49, 50].map((count) => fanOut(many(count)).stack.node.findAll().length);
    expect(sizes[3] - sizes[2]).toBe(sizes[1] - sizes[0]);
    // Of parameters there is one for eighteen queues.
    expect(sizes[2] - sizes[1]).toBe(47 * (sizes[1] - sizes[0]) + 2);
  });

  test('one subscriber as it is', () => {
    expect(Template.fromStack(fanOut({ email: options() }).stack).toJSON()).toMatchSnapshot();
  });

  test('logical ids', () => {
    expect(logicalIds(fanOut({ email: options(), sms: options() }).stack)).toMatchSnapshot();
  });

  test('the direct path has room for one more beside the relay', () => {
    const { stack, notify } = fanOut(many(2));
    subscribe(stack, 'Direct', notify.source);
    expect(() => Template.fromStack(stack)).not.toThrow();
    const tooMany = fanOut(many(2));
    subscribe(tooMany.stack, 'Direct', tooMany.notify.source);
    subscribe(tooMany.stack, 'Third', tooMany.notify.source);
    expect(() => Template.fromStack(tooMany.stack)).toThrow(/stream readers: given 3/);
  });
});

describe('adding, removing and reordering', () => {
  const without = (ids: Record<string, string>, name: string) => (
    Object.fromEntries(Object.entries(ids).filter(([id]) => !id.toLowerCase().includes(name)))
  );

  test('changes no logical id of the others', () => {
    const two = logicalIds(fanOut({ email: options(), sms: options() }).stack);
    expect(without(logicalIds(fanOut({ audit: options(), email: options(), sms: options() }).stack), 'audit')).toEqual(two);
    expect(logicalIds(fanOut({ email: options() }).stack)).toEqual(without(two, 'sms'));
  });

  test('never changes a queue, a function or a mapping of another', () => {
    const shared = /Relay(?!Queues)|RelayQueuesPolicy|RelayQueuesUrls/;
    const own = (made: Made) => Object.fromEntries(Object.entries(resources(made.stack)).filter(([id]) => !shared.test(id)));
    const before = own(fanOut({ email: options(), sms: options() }));
    const after = own(fanOut({ aaa: options(), email: options(), sms: options(), zzz: options() }));
    for (const [id, resource] of Object.entries(before)) expect(after[id]).toEqual(resource);
  });

  test('in another order makes the same template', () => {
    const first = fanOut({ email: options(), sms: options() });
    const stack = newStack();
    const second = new FanOutSubscribers(stack, 'Notify', { source: orders(stack) });
    second.addSubscriber('sms', options());
    second.addSubscriber('email', options());
    const sorted = (one: Stack) => JSON.stringify(Object.entries(resources(one)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, { Type, Properties }]) => [id, Type, Type === 'AWS::SQS::QueuePolicy' ? '' : Properties]));
    expect(sorted(stack)).toBe(sorted(first.stack));
  });
});

describe('the relay', () => {
  test('has whole filters, orders and keys in its asset, sorted by name', () => {
    const { stack } = fanOut({
      sms: options({ filter: ChangeFilter.allOf(ChangeFilter.inserts(), Attr.number('amount').greaterThan(1000)) }),
      email: options({ orderBy: OrderBy.PARTITION_KEY }),
    });
    const asset = assetOf(stack, 'OrdersRelay');
    expect(asset.files).toEqual(['cdk-dynamodb-cdc-dynamodb.mjs', 'cdk-dynamodb-cdc-relay.mjs', 'cdk-dynamodb-cdc-routes.json', 'cdk-dynamodb-cdc-s3.mjs']);
    const routes = JSON.parse(asset.read(ROUTES_FILE)) as Routes;
    expect(routes).toEqual({
      version: 1,
      partitionKey: 'orderId',
      targets: [
        { name: 'email', orderBy: 'PARTITION_KEY' },
        { name: 'sms', orderBy: 'ITEM', filter: { version: 1, root: expect.objectContaining({ node: 'allOf' }) } },
      ],
    });
  });

  test('finds the queues in parameters of less than 4 KB', () => {
    const { stack } = fanOut(many(50));
    const parameters = ofType(stack, 'AWS::SSM::Parameter');
    expect(parameters).toHaveLength(3);
    // What a reference stands for is a URL of up to 150 characters.
    for (const { Properties } of parameters) expect(JSON.stringify(Properties.Value).replace(/\{"Ref":"[^"]*"\}/g, 'u'.repeat(150)).length).toBeLessThan(4096);
  });

  test('may be told how to work before its first subscriber, not after', () => {
    const stack = newStack();
    const source = orders(stack);
    Relay.of(source, { batchSize: 500, startingPosition: lambda.StartingPosition.LATEST });
    new FanOutSubscribers(stack, 'Notify', { source, subscribers: many(1) });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 500, StartingPosition: 'LATEST' });
    expect(() => Relay.of(source, { batchSize: 10 })).toThrow(/\[Stack\/Orders\] relay: given options for a relay that is there already/);
  });

  test('fails for options out of bounds, and for an order it cannot keep', () => {
    const source = () => orders(newStack());
    expect(() => Relay.of(source(), { batchSize: 0 })).toThrow(/batchSize: given 0, allowed 1 to 10000/);
    expect(() => Relay.of(source(), { parallelizationFactor: 11 })).toThrow(/parallelizationFactor: given 11, allowed 1 to 10/);
    expect(() => Relay.of(source(), { memorySize: 64 })).toThrow(/memorySize/);
    expect(() => Relay.of(source(), { startingPosition: lambda.StartingPosition.AT_TIMESTAMP })).toThrow(/startingPosition/);
    const stack = newStack();
    const table = orders(stack);
    Relay.of(table, { parallelizationFactor: 2 });
    expect(() => new FanOutSubscribers(stack, 'Notify', { source: table, subscribers: { a: options({ orderBy: OrderBy.PARTITION_KEY }) } }))
      .toThrow(/parallelizationFactor: given 2, allowed 1, since a orders by partition key/);
  });
});

describe('encryption and policies', () => {
  const withKey = () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
    const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    return fanOut({ email: options() }, { encryption: dynamodb.TableEncryptionV2.customerManagedKey(key) }, stack);
  };

  test('queues, functions, logs and the failure store use the table\'s key', () => {
    const { stack } = withKey();
    for (const { Properties } of ofType(stack, 'AWS::SQS::Queue')) expect(Properties.KmsMasterKeyId).toBeDefined();
    for (const { Properties } of ofType(stack, 'AWS::Lambda::Function')) expect(Properties.KmsKeyArn).toBeDefined();
    for (const { Properties } of ofType(stack, 'AWS::Logs::LogGroup')) expect(Properties.KmsKeyId).toBeDefined();
  });

  test('only the relay is let in by the queues\' policy, and nobody without TLS', () => {
    const { stack } = fanOut(many(2));
    const [{ Properties }] = ofType(stack, 'AWS::SQS::QueuePolicy');
    expect(Properties.Queues).toHaveLength(3);
    expect(Properties.PolicyDocument.Statement).toEqual([
      { Sid: 'RelaySends', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*', Principal: { AWS: { 'Fn::GetAtt': [expect.stringMatching(/^OrdersRelayRole/), 'Arn'] } } },
      { Sid: 'OnlyOverTls', Effect: 'Deny', Action: 'sqs:*', Resource: '*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  test.each<[string, () => Made]>([['AWS\'s keys', () => fanOut(many(2))], ['a customer\'s key', withKey]])('cdk-nag finds nothing with %s', (_case, made) => {
    const { stack } = made();
    const violations = [AwsSolutionsChecks, ServerlessChecks].flatMap((Checks) => new Checks(stack).validateScope(stack).violations);
    expect(violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${constructPath} ${ruleName}`))).toEqual([]);
  });

  test('the claim-check and spill prefixes outlive what waits in queues', () => {
    Template.fromStack(fanOut(many(1)).stack).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ Prefix: 'spill/', ExpirationInDays: 30 }), Match.objectLike({ Prefix: 'claims/', ExpirationInDays: 30 }),
        ]),
      },
    });
  });
});

test('settings reach the queue, the mapping and the runtime', () => {
  const { stack } = fanOut({
    email: options({
      timeout: Duration.seconds(100),
      maxConcurrency: 5,
      batchSize: 3,
      maxReceiveCount: 200,
      queueRetention: Duration.days(2),
      maxRecordAge: Duration.days(1),
      enabled: false,
    }),
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SQS::Queue', {
    FifoQueue: true,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    VisibilityTimeout: 600,
    MessageRetentionPeriod: 172800,
    RedrivePolicy: { maxReceiveCount: 200, deadLetterTargetArn: Match.anyValue() },
    SqsManagedSseEnabled: true,
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 3, Enabled: false, ScalingConfig: { MaximumConcurrency: 5 }, FunctionResponseTypes: ['ReportBatchItemFailures'], StartingPosition: Match.absent(),
  });
  const fn = ofType(stack, 'AWS::Lambda::Function').find(({ Properties }) => Properties.Environment.Variables.CDC_SETTINGS)!;
  expect(JSON.parse(fn.Properties.Environment.Variables.CDC_SETTINGS)).toMatchObject({ subscriber: 'email', maxRecordAgeSeconds: 86400, longestPauseSeconds: 864 });
  expect(fn.Properties.Timeout).toBe(100);
});

test('a raw function is wired to the queue, may fetch large changes, and gets two alarms', () => {
  const stack = newStack();
  const fn = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('x') });
  new FanOutSubscribers(stack, 'Notify', { source: orders(stack), subscribers: { own: { handler: ChangeHandler.fromFunction(fn) } } });
  const statements = ofType(stack, 'AWS::IAM::Policy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.map(({ Action, Sid }) => [Sid, [Action].flat().at(-1)])).toEqual([[undefined, 'sqs:ReceiveMessage'], [undefined, 's3:GetObject']]);
  expect(Object.keys(resources(stack)).filter((id) => id.startsWith('NotifyownAlarms'))).toHaveLength(2);
});

describe('bad input', () => {
  const fails = (subscribers: { [name: string]: FanOutSubscriberOptions }, message: RegExp) => expect(() => fanOut(subscribers)).toThrow(message);

  test('fails at synth without subscribers', () => {
    expect(() => Template.fromStack(fanOut({}).stack)).toThrow(/subscribers: given none, allowed at least one/);
  });

  test('fails for illegal and repeated names', () => {
    fails({ '1st': options() }, /subscribers: given 1st, allowed a letter/);
    fails({ 'a b': options() }, /subscribers: given a b/);
    const { notify } = fanOut({ email: options() });
    expect(() => notify.addSubscriber('email', options())).toThrow(/\[Stack\/Notify\] subscribers: given email, allowed each name once/);
    const { stack, notify: first } = fanOut({ email: options() });
    expect(() => new FanOutSubscribers(stack, 'Again', { source: first.source, subscribers: { email: options() } }))
      .toThrow(/subscriberName: given email, allowed a name that no other subscriber of the table has; Stack\/Notify\/email has it/);
    expect(() => first.subscriber('sms')).toThrow(/subscriber: given sms, allowed one of email/);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty'])('fails for the name %s, which CDK takes for one that exists, and says so', (name) => {
    fails({ [name]: options(), email: options() }, new RegExp(`subscribers: given ${name}, allowed a name that JavaScript objects do not have.*${name}-changes`));
  });

  test('fails for an entry without a handler', () => {
    fails({ email: {} as FanOutSubscriberOptions }, /subscribers\.email\.handler: given nothing, allowed a ChangeHandler/);
    fails({ email: undefined as never }, /subscribers\.email\.handler: given nothing/);
  });

  test('fails for a raw pattern, and says what to use', () => {
    fails({ email: options({ filter: ChangeFilter.pattern({ eventName: ['INSERT'] }) }) }, /State the filter with Attr, or use a StreamSubscriber/);
  });

  test.each<[Partial<QueuedSubscriberProps>, RegExp]>([
    [{ visibilityTimeout: Duration.seconds(59) }, /visibilityTimeout: given 59 seconds, allowed whole seconds from the timeout, 60, to 43200/],
    [{ visibilityTimeout: Duration.hours(13) }, /visibilityTimeout: given 46800 seconds/],
    [{ maxReceiveCount: 0 }, /maxReceiveCount: given 0, allowed 1 to 1000/],
    [{ maxReceiveCount: 1001 }, /maxReceiveCount: given 1001/],
    [{ maxReceiveCount: 9, maxAttempts: 9 }, /maxReceiveCount: given 9, allowed more than maxAttempts, 9/],
    [{ attemptSpan: Duration.hours(1), maxRecordAge: Duration.hours(1) }, /attemptSpan: given 3600 seconds, allowed 0 to 3240 seconds, so that maxRecordAge has time for it/],
    [{ maxReceiveCount: 5 }, /maxReceiveCount: given 5, allowed more than maxAttempts, 5/],
    [{ queueRetention: Duration.seconds(59) }, /queueRetention: given 59 seconds/],
    [{ queueRetention: Duration.days(15) }, /queueRetention: given 1296000 seconds/],
    [{ queueRetention: Duration.seconds(300) }, /queueRetention: given 300 seconds, allowed more than the visibility timeout, 360 seconds/],
    [{ maxRecordAge: Duration.days(14) }, /maxRecordAge: given 1209600 seconds, allowed 60 seconds to less than queueRetention/],
    [{ lagAlarmThreshold: Duration.days(20) }, /lagAlarmThreshold/],
    [{ batchSize: 11 }, /batchSize: given 11, allowed 1 to 10/],
    [{ maxConcurrency: 1 }, /maxConcurrency: given 1, allowed 2 to 1000/],
    [{ maxConcurrency: 1001 }, /maxConcurrency: given 1001/],
    [{ timeout: Duration.minutes(16) }, /timeout: given 960 seconds/],
    [{ environment: { CDC_QUEUE_URL: 'mine' } }, /environment: given CDC_QUEUE_URL/],
  ])('fails for %j', (more, message) => {
    fails({ email: options(more) }, message);
  });
});
