import { oneStack, placed, Resource } from '../assembly/assembly';
import { deployedText, deployedValue, identity } from '../assembly/deployed-value';
import { functionNamed } from '../assembly/roles';
import { Rule } from '../rule';

const fn = (Properties: object): Resource => ({ Type: 'AWS::Lambda::Function', Properties });
const reading = (VisibilityTimeout: number | undefined, Timeout: number | undefined) => oneStack({
  Fn: fn({ Timeout }),
  Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout } },
  Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Fn' }, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
});
const queue = (Properties: object, other: object = {}) => oneStack({ Queue: { Type: 'AWS::SQS::Queue', Properties }, Dead: { Type: 'AWS::SQS::Queue', Properties: other } });
const redrive = (maxReceiveCount: number) => ({ RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount } });

export const FUNCTIONS: readonly Rule[] = [
  {
    name: 'the environment of a function has at most 4 KB',
    source: 'Lambda Developer Guide, Lambda quotas: environment variables, 4 KB for all of a function together',
    check: (assembly) => placed(assembly, 'AWS::Lambda::Function').flatMap(({ id, properties, stack }) => {
      const variables = Object.entries(properties.Environment?.Variables ?? {});
      const bytes = Buffer.byteLength(variables.map(([name, value]) => name + deployedText(assembly, stack, value)).join(''));
      return bytes > 4096 ? [`${id}: an environment of ${bytes} bytes`] : [];
    }),
    refused: [oneStack({ Fn: fn({ Environment: { Variables: { A: 'x'.repeat(2048), B: 'x'.repeat(2048) } } }) })],
    accepted: [oneStack({ Fn: fn({ Environment: { Variables: { A: 'x'.repeat(2047), B: 'x'.repeat(2047) } } }) })],
  },
  {
    name: 'names, descriptions, timeouts and sizes of functions are within their bounds',
    source: 'Lambda API, CreateFunction: FunctionName, Description, Timeout, MemorySize, EphemeralStorage, Layers',
    check: (assembly) => placed(assembly, 'AWS::Lambda::Function').flatMap(({ id, properties, stack }) => {
      const { Description, EphemeralStorage, FunctionName, Layers, MemorySize = 128, Timeout = 3 } = properties;
      const holds: Record<string, boolean> = {
        FunctionName: FunctionName === undefined || /^(<.*>|[\w-]{1,64})$/.test(deployedText(assembly, stack, FunctionName)),
        Description: deployedText(assembly, stack, Description ?? '').length <= 256,
        Timeout: typeof Timeout === 'object' || (Timeout >= 1 && Timeout <= 900),
        MemorySize: typeof MemorySize === 'object' || (MemorySize >= 128 && MemorySize <= 10_240),
        EphemeralStorage: typeof EphemeralStorage?.Size !== 'number' || (EphemeralStorage.Size >= 512 && EphemeralStorage.Size <= 10_240),
        Layers: (Layers ?? []).length <= 5,
      };
      return Object.keys(holds).filter((name) => !holds[name]).map((name) => `${id}: ${name}`);
    }),
    refused: [
      { FunctionName: 'x'.repeat(65) }, { Description: 'x'.repeat(257) }, { Timeout: 901 }, { MemorySize: 127 }, { EphemeralStorage: { Size: 511 } }, { Layers: [1, 2, 3, 4, 5, 6] },
    ].map((properties) => oneStack({ Fn: fn(properties) })),
    accepted: [oneStack({ Fn: fn({ FunctionName: 'x'.repeat(64), Description: 'x'.repeat(256), Timeout: 900, MemorySize: 10_240, EphemeralStorage: { Size: 512 }, Layers: [1, 2, 3, 4, 5] }) })],
  },
  {
    name: 'the visibility timeout of a queue is not below the timeout of the function that reads it',
    source: 'Lambda Developer Guide, Creating and configuring an Amazon SQS event source mapping; "Queue visibility timeout: 30 seconds is less than Function timeout"',
    check: (assembly) => placed(assembly, 'AWS::Lambda::EventSourceMapping').flatMap(({ id, properties, stack }) => {
      const arn = deployedText(assembly, stack, properties.EventSourceArn ?? '');
      const source = placed(assembly, 'AWS::SQS::Queue').find((one) => identity(assembly, one).arn === arn);
      const reader = functionNamed(assembly, deployedText(assembly, stack, properties.FunctionName));
      if (!source || !reader) return [];
      const { VisibilityTimeout = 30 } = source.properties;
      const { Timeout = 3 } = reader.properties;
      return VisibilityTimeout < Timeout ? [`${id}: messages of ${source.id} are visible again after ${VisibilityTimeout} s; ${reader.id} may take ${Timeout} s`] : [];
    }),
    refused: [reading(59, 60), reading(undefined, 31)],
    accepted: [reading(60, 60), reading(undefined, undefined)],
  },
  {
    name: 'settings of queues are within their bounds, and a FIFO queue has a FIFO dead-letter queue',
    source: 'SQS API, CreateQueue; SQS Developer Guide, Dead-letter queues ("the dead-letter queue of a FIFO queue must also be a FIFO queue")',
    check: (assembly) => placed(assembly, 'AWS::SQS::Queue').flatMap(({ id, properties, stack }) => {
      const { FifoQueue, MessageRetentionPeriod = 345_600, QueueName, RedrivePolicy, VisibilityTimeout = 30 } = properties;
      const dead = RedrivePolicy && deployedText(assembly, stack, RedrivePolicy.deadLetterTargetArn);
      const target = placed(assembly, 'AWS::SQS::Queue').find((one) => identity(assembly, one).arn === dead);
      const name = QueueName === undefined ? undefined : deployedText(assembly, stack, QueueName);
      const holds: Record<string, boolean> = {
        QueueName: name === undefined || (name.length <= 80 && name.endsWith('.fifo') === (FifoQueue === true)),
        VisibilityTimeout: VisibilityTimeout >= 0 && VisibilityTimeout <= 43_200,
        MessageRetentionPeriod: MessageRetentionPeriod >= 60 && MessageRetentionPeriod <= 1_209_600,
        maxReceiveCount: !RedrivePolicy || (RedrivePolicy.maxReceiveCount >= 1 && RedrivePolicy.maxReceiveCount <= 1000),
        deadLetterTargetArn: !target || (target.properties.FifoQueue === true) === (FifoQueue === true),
      };
      return Object.keys(holds).filter((one) => !holds[one]).map((one) => `${id}: ${one}`);
    }),
    refused: [
      queue({ QueueName: 'q', FifoQueue: true }), queue({ QueueName: 'x'.repeat(81) }), queue({ VisibilityTimeout: 43_201 }), queue({ MessageRetentionPeriod: 59 }),
      queue(redrive(1001)), queue({ FifoQueue: true, ...redrive(5) }),
    ],
    accepted: [queue({ FifoQueue: true, QueueName: 'q.fifo', VisibilityTimeout: 43_200, MessageRetentionPeriod: 1_209_600, ...redrive(1000) }, { FifoQueue: true })],
  },
  {
    name: 'a Standard parameter of Systems Manager holds at most 4 KB',
    source: 'Systems Manager User Guide, Managing parameter tiers; General Reference, Systems Manager quotas',
    check: (assembly) => placed(assembly, 'AWS::SSM::Parameter').flatMap(({ id, properties, stack }) => {
      const bytes = Buffer.byteLength(deployedText(assembly, stack, properties.Value));
      return bytes > (properties.Tier === 'Advanced' ? 8_192 : 4_096) ? [`${id}: a value of ${bytes} bytes`] : [];
    }),
    refused: [oneStack({ P: { Type: 'AWS::SSM::Parameter', Properties: { Value: { 'Fn::Join': ['', Array(60).fill({ Ref: 'Queue' })] } } }, Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q'.repeat(60) } } })],
    accepted: [oneStack({ P: { Type: 'AWS::SSM::Parameter', Properties: { Value: 'x'.repeat(4_096) } } })],
  },
  {
    name: 'a log group keeps events for a time that CloudWatch Logs offers, and its name has at most 512 characters',
    source: 'CloudWatch Logs API, PutRetentionPolicy, CreateLogGroup',
    check: (assembly) => placed(assembly, 'AWS::Logs::LogGroup').flatMap(({ id, properties, stack }) => {
      const { LogGroupName, RetentionInDays } = properties;
      return [
        ...(RetentionInDays === undefined || RETENTIONS.includes(deployedValue(assembly, stack, RetentionInDays) as number) ? [] : [`${id}: retention`]),
        ...(LogGroupName === undefined || deployedText(assembly, stack, LogGroupName).length <= 512 ? [] : [`${id}: name`]),
      ];
    }),
    refused: [oneStack({ L: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 31 } } }), oneStack({ L: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'x'.repeat(513) } } })],
    accepted: [oneStack({ L: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30, LogGroupName: 'x'.repeat(512) } } })],
  },
];

const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
