import {
  DynamoDBClient, EnableKinesisStreamingDestinationCommand, UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DurableConfig, LambdaClient, PutFunctionConcurrencyCommand, UpdateEventSourceMappingCommand, UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { clientSettings, Target } from './endpoint';
import { MAPPING_TYPE, ResourceTemplate, resourcesOfType, TemplateResource } from './template';

interface TableProperties {
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled?: boolean };
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
  readonly KinesisStreamSpecification?: { readonly StreamArn?: unknown };
  readonly Replicas?: readonly TableProperties[];
}

interface FunctionProperties {
  readonly ReservedConcurrentExecutions?: number;
  readonly DurableConfig?: DurableConfig;
}

/** What the emulator's CloudFormation accepts and forgets, set through the services' own APIs. */
export async function applyDroppedSettings(template: ResourceTemplate, ids: ReadonlyMap<string, string>, target: Target): Promise<void> {
  const dynamodb = new DynamoDBClient(clientSettings(target));
  const lambda = new LambdaClient(clientSettings(target));
  try {
    const tables = resourcesOfType(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
    const functions = resourcesOfType(template, 'AWS::Lambda::Function');
    const mappings = resourcesOfType(template, MAPPING_TYPE);
    await Promise.all([
      ...tables.map(([id, { Properties }]) => applyToTable(
        dynamodb, ids.get(id), (Properties ?? {}) as TableProperties, streamArns(template, ids, target),
      )),
      ...functions.map(([id, { Properties }]) => applyToFunction(lambda, ids.get(id), (Properties ?? {}) as FunctionProperties)),
      ...mappings.map(([id, { Properties }]) => applyToMapping(lambda, ids.get(id), Properties ?? {})),
    ]);
  } finally {
    dynamodb.destroy();
    lambda.destroy();
  }
}

async function applyToTable(
  client: DynamoDBClient, TableName: string | undefined, table: TableProperties, arnOf: (value: unknown) => string | undefined,
) {
  if (!TableName) return;
  // A global table states these per region; here there is one.
  const local = { ...table.Replicas?.[0], ...table };
  const { AttributeName, Enabled = true } = local.TimeToLiveSpecification ?? {};
  if (AttributeName && Enabled) {
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } })).catch(ignoreAlreadySet);
  }
  if (local.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true) {
    await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }));
  }
  const StreamArn = arnOf(local.KinesisStreamSpecification?.StreamArn);
  if (StreamArn) await client.send(new EnableKinesisStreamingDestinationCommand({ TableName, StreamArn })).catch(ignoreAlreadySet);
}

async function applyToFunction(client: LambdaClient, FunctionName: string | undefined, properties: FunctionProperties) {
  if (!FunctionName) return;
  const { ReservedConcurrentExecutions, DurableConfig: durable } = properties;
  if (typeof ReservedConcurrentExecutions === 'number') {
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  }
  if (durable) await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, DurableConfig: durable }));
}

/** A mapping that is to be off does nothing, but says that it is on; what pausing and resuming changes is what it says. */
async function applyToMapping(client: LambdaClient, UUID: string | undefined, { Enabled }: NonNullable<TemplateResource['Properties']>) {
  if (UUID && Enabled === false) await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
}

/** A stream of the same stack by its GetAtt, any other by its ARN. */
function streamArns(template: ResourceTemplate, ids: ReadonlyMap<string, string>, { account, region }: Target) {
  return (value: unknown): string | undefined => {
    if (typeof value === 'string') return value;
    const [id] = (value as { 'Fn::GetAtt'?: [string, string] } | undefined)?.['Fn::GetAtt'] ?? [];
    return id && template.Resources?.[id]?.Type === 'AWS::Kinesis::Stream' ? `arn:aws:kinesis:${region}:${account}:stream/${ids.get(id)}` : undefined;
  };
}

/** A second deployment finds it set by the first. */
function ignoreAlreadySet(error: Error): void {
  if (!['ValidationException', 'ResourceInUseException'].includes(error.name) || !/already/i.test(error.message)) throw error;
}
