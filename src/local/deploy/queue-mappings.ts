import { GetEventSourceMappingCommand, GetFunctionConfigurationCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '../../contract/settings';
import { FifoMappingConfig, fifoMappingConfig } from '../model';
import { clientSettings, Target } from './endpoint';
import { MappingSource, shortName, subscriberName } from './mappings';
import { isStreamMapping, MAPPING_TYPE, queueCanBeKeptIdle, TemplateResource } from './template';

/** One subscriber on a FIFO queue: a deployed mapping that the driver runs in the emulator's place. */
export interface DeployedQueueMapping {
  /** For people; no other mapping of the deployment has it. */
  readonly name: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly uuid: string;
  readonly target: Target;
  /** As synthesized. */
  readonly enabled: boolean;
  /** Whether the deployed mapping can be paused and resumed: it is switched on in the emulator, which takes nothing for it. */
  readonly canPause?: boolean;
  readonly queueUrl: string;
  readonly config: FifoMappingConfig;
  readonly functionName: string;
  readonly functionTimeoutSeconds: number;
  /** Of the function, such as nodejs24.x. */
  readonly functionRuntime?: string;
  /** The table whose changes the queue carries, where its relay is deployed too. */
  readonly tableName?: string;
  /** Where this library's runtime keeps checkpoints, where the function uses it. */
  readonly ledgerTable?: string;
  /** The bucket in which this library's runtime stores failed changes, where the function uses it. */
  readonly failureBucket?: string;
  /** The subscriber's name in this library's runtime, where the function uses it. */
  readonly subscriber?: string;
}

/** A queue that the emulator reads itself: it is only waited for. */
export interface WatchedQueue {
  readonly name: string;
  readonly target: Target;
  readonly queueUrl: string;
}

export interface QueueMappings {
  readonly driven: readonly DeployedQueueMapping[];
  readonly watched: readonly WatchedQueue[];
}

/** Where a mapping names no bound: each invocation at once is a process on this machine. */
const UNBOUNDED_CONCURRENCY = 10;

type QueueProperties = Readonly<Record<string, unknown>>;

/** A stack's mappings on FIFO queues. Those of other queues are given back to the emulator, which runs them well. */
export async function queueMappings(source: MappingSource): Promise<QueueMappings> {
  const lambda = new LambdaClient(clientSettings(source.target));
  const sqs = new SQSClient(clientSettings(source.target));
  try {
    const isQueueMapping = (resource: TemplateResource) => resource.Type === MAPPING_TYPE && !isStreamMapping(resource);
    const mappings = Object.entries(source.template.Resources ?? {}).filter(([id, resource]) => isQueueMapping(resource) && source.ids.has(id));
    const deployed = await Promise.all(mappings.map(([id, { Properties }]) => deployedMapping({ lambda, sqs }, source, id, Properties ?? {})));
    return {
      driven: deployed.filter(mapping => mapping !== undefined).filter(mapping => 'config' in mapping),
      watched: deployed.filter(mapping => mapping !== undefined).filter(mapping => !('config' in mapping)),
    };
  } finally {
    lambda.destroy();
    sqs.destroy();
  }
}

async function deployedMapping(
  { lambda, sqs }: { lambda: LambdaClient; sqs: SQSClient }, source: MappingSource, logicalId: string, properties: QueueProperties,
): Promise<DeployedQueueMapping | WatchedQueue | undefined> {
  const mapping = await lambda.send(new GetEventSourceMappingCommand({ UUID: source.ids.get(logicalId) }));
  const queueArn = mapping.EventSourceArn ?? '';
  const { BatchSize: batchSize = mapping.BatchSize, Enabled } = properties;
  const canPause = queueCanBeKeptIdle(source.template, properties);
  const isFifo = /^arn:[^:]*:sqs:.*\.fifo$/.test(queueArn);
  if (!isFifo && Enabled !== false) await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: true }));
  const [,, service, , account, queueName] = queueArn.split(':');
  if (service !== 'sqs' || (!isFifo && Enabled === false)) return undefined;
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName, QueueOwnerAWSAccountId: account }));
  const fn = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: mapping.FunctionArn }));
  const constructPath = source.paths.get(logicalId);
  const variables = fn.Environment?.Variables ?? {};
  const subscriber = subscriberName(variables[ENV.SETTINGS]);
  const name = subscriber ?? (constructPath ? shortName(constructPath) : logicalId);
  if (!isFifo) return { name, target: source.target, queueUrl: QueueUrl };
  return {
    name,
    stackName: source.stackName,
    logicalId,
    uuid: mapping.UUID ?? '',
    target: source.target,
    enabled: Enabled !== false,
    canPause,
    queueUrl: QueueUrl,
    config: fifoMappingConfig({
      queueArn,
      // The deployed mapping's is another, where the emulator is to take nothing.
      ...(typeof batchSize === 'number' && { batchSize }),
      maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? UNBOUNDED_CONCURRENCY,
      reportBatchItemFailures: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    }),
    functionName: fn.FunctionName ?? '',
    functionTimeoutSeconds: fn.Timeout ?? 3,
    functionRuntime: fn.Runtime,
    ledgerTable: variables[ENV.LEDGER_TABLE],
    failureBucket: variables[ENV.FAILURE_BUCKET],
    subscriber,
  };
}
