import { Assembly, AssemblyStack, oneStack, Placed, placed, Resource } from '../assembly/assembly';
import { deployedText } from '../assembly/deployed-value';
import { functionNamed, policiesOf, PolicyOfRole, roleNameOf, Statement } from '../assembly/roles';
import { Rule } from '../rule';

const MAPPING = 'AWS::Lambda::EventSourceMapping';

interface Mapping extends Placed {
  readonly fn?: Placed;
  readonly policies: readonly PolicyOfRole[];
  /** ARN of its on-failure destination. */
  readonly destination?: string;
}

function mappings(assembly: Assembly): Mapping[] {
  return placed(assembly, MAPPING).map((mapping) => {
    const fn = functionNamed(assembly, deployedText(assembly, mapping.stack, mapping.properties.FunctionName));
    const onFailure = mapping.properties.DestinationConfig?.OnFailure?.Destination;
    return {
      ...mapping,
      fn,
      policies: fn ? policiesOf(assembly, roleNameOf(assembly, fn)) : [],
      destination: onFailure === undefined ? undefined : deployedText(assembly, mapping.stack, onFailure),
    };
  });
}

function allows(policies: readonly PolicyOfRole[], action: string, resource: string): boolean {
  const matches = (pattern: string, text: string) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`).test(text);
  const grants = ({ Effect, Action, Resource: named }: Statement) => Effect === 'Allow' && Action.some((one) => matches(one, action)) && named.some((one) => matches(one, resource));
  return policies.some(({ statements }) => statements.some(grants));
}

/** Whether a resource is created after another of its stack: by DependsOn or by a reference, at any remove. */
function comesAfter(stack: AssemblyStack, later: string, earlier: string, seen = new Set<string>()): boolean {
  if (seen.has(later)) return false;
  seen.add(later);
  const text = JSON.stringify(stack.template.Resources?.[later] ?? {});
  const named = Object.keys(stack.template.Resources ?? {}).filter((id) => id !== later && text.includes(`"${id}"`));
  return named.includes(earlier) || named.some((id) => comesAfter(stack, id, earlier, seen));
}

const app = (resources: string[], rest: { mapping?: object; dependsOn?: string[]; actions?: string[] } = {}) => oneStack({
  Bucket: { Type: 'AWS::S3::Bucket' },
  Role: { Type: 'AWS::IAM::Role' },
  Policy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: rest.actions ?? 's3:PutObject', Resource: resources.map((path) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, path]] })) },
          { Effect: 'Allow', Action: 's3:ListBucket', Resource: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
        ],
      },
    },
  },
  Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }, DependsOn: rest.dependsOn ?? ['Policy'] },
  Mapping: {
    Type: MAPPING,
    Properties: { FunctionName: { Ref: 'Fn' }, EventSourceArn: 'arn:aws:dynamodb:x', DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Bucket', 'Arn'] } } }, ...rest.mapping },
  },
});
const stream = (Properties: object) => oneStack({ Mapping: { Type: MAPPING, Properties: { FunctionName: 'f', EventSourceArn: 'arn:aws:dynamodb:r:a:table/t/stream/s', ...Properties } } });
const queue = (Properties: object, name = 'q.fifo') => oneStack({ Mapping: { Type: MAPPING, Properties: { FunctionName: 'f', EventSourceArn: `arn:aws:sqs:r:a:${name}`, ...Properties } } });
const patterns = (...Pattern: string[]) => ({ FilterCriteria: { Filters: Pattern.map((one) => ({ Pattern: one })) } });

const between = (low: number, high: number) => (value: unknown) => value === undefined || (typeof value === 'number' && value >= low && value <= high);
const STREAM_BOUNDS: Record<string, (value: unknown) => boolean> = {
  BatchSize: between(1, 10_000),
  MaximumBatchingWindowInSeconds: between(0, 300),
  ParallelizationFactor: between(1, 10),
  MaximumRetryAttempts: between(-1, 10_000),
  MaximumRecordAgeInSeconds: (value) => value === -1 || between(60, 604_800)(value),
};
const ONLY_STREAMS = ['StartingPosition', 'ParallelizationFactor', 'BisectBatchOnFunctionError', 'MaximumRetryAttempts', 'MaximumRecordAgeInSeconds', 'DestinationConfig', 'TumblingWindowInSeconds'];
const isQueue = (assembly: Assembly, { properties, stack }: Placed) => deployedText(assembly, stack, properties.EventSourceArn ?? '').startsWith('arn:aws:sqs:');

export const MAPPINGS: readonly Rule[] = [
  {
    name: 'a role may put objects into the whole bucket to which its event source mapping sends what it discards',
    source: 'recorded deployments of a public project: "The function execution role does not have permissions to call PutObject on S3" with bucket/aws/lambda/*, created with bucket/*; Lambda Developer Guide, Retaining records with an S3 destination (PutObject and ListBucket)',
    check: (assembly) => mappings(assembly).flatMap(({ destination, fn, id, policies }) => {
      if (!fn || !destination?.startsWith('arn:aws:s3:::')) return [];
      return [
        // Lambda asks about an object whose key nobody knows.
        ...(allows(policies, 's3:PutObject', `${destination}/any-key-that-is-possible`) ? [] : [`${id}: ${fn.id} may not put objects anywhere in ${destination}`]),
        ...(allows(policies, 's3:ListBucket', destination) ? [] : [`${id}: ${fn.id} may not list ${destination}`]),
      ];
    }),
    refused: [app(['/aws/lambda/*']), app(['/changes/x/*', '/aws/lambda/*']), app(['/*'], { actions: ['s3:GetObject'] })],
    accepted: [app(['/*']), app(['/aws/lambda/*', '/*'])],
  },
  {
    name: 'the policies of a role exist before an event source mapping of its function',
    source: 'Lambda API, CreateEventSourceMapping: InvalidParameterValueException "The function execution role does not have permissions to call ..."',
    check: (assembly) => mappings(assembly).flatMap(({ fn, id, policies, stack }) => {
      if (!fn) return [];
      // What is in the role itself is there with it, and other stacks are deployed one after the other.
      return policies.filter(({ resource }) => resource.type !== 'AWS::IAM::Role' && resource.stack === stack && !comesAfter(stack, id, resource.id))
        .map(({ resource }) => `${id}: may be created before ${resource.id}`);
    }),
    refused: [app(['/*'], { dependsOn: [] })],
    accepted: [app(['/*'])],
  },
  {
    name: 'settings of event source mappings are within their bounds',
    source: 'Lambda API, CreateEventSourceMapping: parameters of DynamoDB streams and of Amazon SQS',
    check: (assembly) => placed(assembly, MAPPING).flatMap((mapping) => {
      const { id, properties } = mapping;
      if (isQueue(assembly, mapping)) return ONLY_STREAMS.filter((name) => name in properties).map((name) => `${id}: ${name} is not for queues`);
      return [
        ...Object.entries(STREAM_BOUNDS).filter(([name, holds]) => typeof properties[name] !== 'object' && !holds(properties[name])).map(([name]) => `${id}: ${name} is ${properties[name]}`),
        ...(properties.TumblingWindowInSeconds && (properties.ParallelizationFactor ?? 1) > 1 ? [`${id}: a tumbling window with parallelization`] : []),
        ...('ScalingConfig' in properties ? [`${id}: ScalingConfig is for queues`] : []),
      ];
    }),
    refused: [
      stream({ BatchSize: 0 }), stream({ MaximumBatchingWindowInSeconds: 301 }), stream({ ParallelizationFactor: 11 }),
      stream({ MaximumRetryAttempts: 10_001 }),
      stream({ MaximumRecordAgeInSeconds: 59 }), stream({ ScalingConfig: {} }), stream({ TumblingWindowInSeconds: 1, ParallelizationFactor: 2 }),
      queue({ StartingPosition: 'LATEST' }),
    ],
    accepted: [
      stream({ BatchSize: 10_000, MaximumBatchingWindowInSeconds: 300, ParallelizationFactor: 10 }),
      stream({ MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 }),
      queue({ BatchSize: 10 }),
    ],
  },
  {
    name: 'an event source mapping of a FIFO queue takes at most 10 messages and has no window; that of another queue takes more than 10 only with a window',
    source: 'Lambda Developer Guide, Using Lambda with Amazon SQS: batch size, batch window',
    check: (assembly) => placed(assembly, MAPPING).filter((mapping) => isQueue(assembly, mapping)).flatMap(({ id, properties, stack }) => {
      const { BatchSize = 10, MaximumBatchingWindowInSeconds: window = 0 } = properties;
      if (deployedText(assembly, stack, properties.EventSourceArn).endsWith('.fifo')) {
        return [...(BatchSize > 10 ? [`${id}: BatchSize is ${BatchSize}`] : []), ...(window > 0 ? [`${id}: a FIFO queue with a window`] : [])];
      }
      return BatchSize > 10 && window < 1 ? [`${id}: BatchSize is ${BatchSize} without a window`] : [];
    }),
    refused: [queue({ BatchSize: 11 }), queue({ MaximumBatchingWindowInSeconds: 1 }), queue({ BatchSize: 11 }, 'q')],
    accepted: [queue({ BatchSize: 10 }), queue({ BatchSize: 11, MaximumBatchingWindowInSeconds: 1 }, 'q')],
  },
  {
    name: "the maximum concurrency of a queue's event source mapping is 2 to 1,000",
    source: 'Lambda Developer Guide, Configuring maximum concurrency for Amazon SQS event sources',
    check: (assembly) => placed(assembly, MAPPING).filter(({ properties }) => !between(2, 1000)(properties.ScalingConfig?.MaximumConcurrency)).map(({ id }) => `${id}: maximum concurrency`),
    refused: [queue({ ScalingConfig: { MaximumConcurrency: 1 } }), queue({ ScalingConfig: { MaximumConcurrency: 1001 } })],
    accepted: [queue({ ScalingConfig: { MaximumConcurrency: 2 } }), queue({})],
  },
  {
    name: 'filter criteria have at most 5 patterns of at most 4,096 characters',
    source: 'Lambda Developer Guide, Control which events Lambda sends to your function: 5 filters (10 on request); Lambda API, Filter: Pattern',
    check: (assembly) => placed(assembly, MAPPING).flatMap(({ id, properties, stack }) => {
      const all: any[] = properties.FilterCriteria?.Filters ?? [];
      return [
        ...(all.length > 5 ? [`${id}: ${all.length} patterns`] : []),
        ...(all.some(({ Pattern }) => deployedText(assembly, stack, Pattern).length > 4_096) ? [`${id}: a pattern of more than 4,096 characters`] : []),
      ];
    }),
    refused: [stream(patterns('1', '2', '3', '4', '5', '6')), stream(patterns('x'.repeat(4_097)))],
    accepted: [stream(patterns('1', '2', '3', '4', 'x'.repeat(4_096)))],
  },
  {
    name: 'a function reads a source through one event source mapping',
    source: 'Lambda API, CreateEventSourceMapping: ResourceConflictException "An event source mapping with ... already exists"',
    check: (assembly) => {
      const pairs = placed(assembly, MAPPING).map(({ id, properties, stack }) => ({
        id, pair: `${deployedText(assembly, stack, properties.FunctionName)} ${deployedText(assembly, stack, properties.EventSourceArn)}`,
      }));
      return pairs.filter(({ pair }, index) => pairs.findIndex((one) => one.pair === pair) !== index).map(({ id }) => `${id}: reads what its function reads already`);
    },
    refused: [oneStack(Object.fromEntries(['A', 'B'].map((id): [string, Resource] => [id, { Type: MAPPING, Properties: { FunctionName: 'f', EventSourceArn: 'arn:aws:sqs:r:a:q' } }])))],
    accepted: [oneStack(Object.fromEntries(['A', 'B'].map((id): [string, Resource] => [id, { Type: MAPPING, Properties: { FunctionName: id, EventSourceArn: 'arn:aws:sqs:r:a:q' } }])))],
  },
];
