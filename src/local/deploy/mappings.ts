import { DescribeStreamCommand, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import {
  GetEventSourceMappingCommand, GetFunctionConfigurationCommand, LambdaClient, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { RELAY_ENV, RELAY_NAME } from '../../contract/routes';
import { ENV } from '../../contract/settings';
import { MappingConfig } from '../model';
import { clientSettings, Target } from './endpoint';
import { MappingProperties, settingsOf } from './mapping-settings';
import { canBeKeptIdle, isStreamMapping, ResourceTemplate } from './template';

/** One subscriber on a stream: a deployed mapping that the driver runs in the emulator's place. */
export interface DeployedStreamMapping {
  /** For people; no other mapping of the deployment has it. */
  readonly name: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly constructPath?: string;
  readonly target: Target;
  /** As synthesized. */
  readonly enabled: boolean;
  /** Whether the deployed mapping can be paused and resumed: it is switched on in the emulator, which passes everything over. */
  readonly canPause?: boolean;
  readonly config: MappingConfig;
  readonly tableName: string;
  readonly functionName: string;
  readonly functionTimeoutSeconds: number;
  /** Of the function, such as nodejs24.x. */
  readonly functionRuntime?: string;
  /** Names of the parameters that hold the URLs of its queues, if it is a table's relay. */
  readonly queueParameters?: readonly string[];
  /** Where this library's runtime keeps checkpoints; a relay and the subscribers of its queues share it. */
  readonly ledgerTable?: string;
  /** The bucket in which this library's runtime stores failed changes, where the function uses it. */
  readonly failureBucket?: string;
  /** The subscriber's name in this library's runtime, where the function uses it. */
  readonly subscriber?: string;
}

export interface MappingSource {
  readonly stackName: string;
  readonly template: ResourceTemplate;
  readonly ids: ReadonlyMap<string, string>;
  readonly paths: ReadonlyMap<string, string>;
  readonly target: Target;
}

/** A stack's mappings on DynamoDB streams, of those that were deployed. Other streams are given back to the emulator. */
export async function streamMappings(source: MappingSource): Promise<DeployedStreamMapping[]> {
  const client = new LambdaClient(clientSettings(source.target));
  try {
    const mappings = Object.entries(source.template.Resources ?? {}).filter(([id, resource]) => isStreamMapping(resource) && source.ids.has(id));
    const deployed = await Promise.all(mappings.map(([id, { Properties }]) => deployedMapping(client, source, id, Properties ?? {})));
    return deployed.filter(mapping => mapping !== undefined);
  } finally {
    client.destroy();
  }
}

async function deployedMapping(client: LambdaClient, source: MappingSource, logicalId: string, properties: MappingProperties) {
  const mapping = await client.send(new GetEventSourceMappingCommand({ UUID: source.ids.get(logicalId) }));
  const [, tableName] = /^arn:[^:]*:dynamodb:.*:table\/([^/]+)\/stream\//.exec(mapping.EventSourceArn ?? '') ?? [];
  if (!tableName) {
    if (properties.Enabled !== false) await client.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: true }));
    return undefined;
  }
  const fn = await client.send(new GetFunctionConfigurationCommand({ FunctionName: mapping.FunctionArn }));
  const variables = fn.Environment?.Variables ?? {};
  const subscriber = subscriberName(variables[ENV.SETTINGS]);
  const constructPath = source.paths.get(logicalId);
  const queueParameters = variables[RELAY_ENV.QUEUE_PARAMETERS]?.split(',').filter(Boolean);
  const name = queueParameters ? RELAY_NAME : subscriber ?? (constructPath ? shortName(constructPath) : logicalId);
  return {
    name,
    stackName: source.stackName,
    logicalId,
    constructPath,
    target: source.target,
    enabled: properties.Enabled !== false,
    canPause: canBeKeptIdle(properties as Readonly<Record<string, unknown>>),
    config: settingsOf(name, properties, mapping),
    tableName,
    functionName: fn.FunctionName ?? '',
    functionTimeoutSeconds: fn.Timeout ?? 3,
    functionRuntime: fn.Runtime,
    queueParameters,
    ledgerTable: variables[ENV.LEDGER_TABLE],
    failureBucket: variables[ENV.FAILURE_BUCKET],
    subscriber,
  };
}

/** Whether each stream is there: one of a table that no stack of the app creates is not. */
export async function withStreams(mappings: readonly DeployedStreamMapping[]): Promise<Array<{ mapping: DeployedStreamMapping; exists: boolean }>> {
  return Promise.all(mappings.map(async mapping => {
    const client = new DynamoDBStreamsClient(clientSettings(mapping.target));
    try {
      await client.send(new DescribeStreamCommand({ StreamArn: mapping.config.streamArn, Limit: 1 }));
      return { mapping, exists: true };
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      return { mapping, exists: false };
    } finally {
      client.destroy();
    }
  }));
}

/** `Stack/Scope/Function/DynamoDBEventSource:StackTable/Resource` is `Scope/Function` to people. */
export function shortName(constructPath: string): string {
  const segments = constructPath.split('/');
  const kept = segments.slice(1).filter(segment => segment !== 'Resource' && !/EventSource:/.test(segment));
  return kept.join('/') || constructPath;
}

/** Makes names unique by saying where the namesakes differ. */
export function withUniqueNames<T extends Pick<DeployedStreamMapping, 'name' | 'tableName' | 'stackName' | 'logicalId'>>(mappings: readonly T[]): T[] {
  return mappings.map(mapping => {
    const namesakes = mappings.filter(other => other.name === mapping.name);
    if (namesakes.length === 1) return mapping;
    const distinction = new Set(namesakes.map(other => other.tableName)).size === namesakes.length ? mapping.tableName : `${mapping.stackName}.${mapping.logicalId}`;
    return { ...mapping, name: `${mapping.name} (${distinction})` };
  });
}

export function subscriberName(settings: string | undefined): string | undefined {
  try {
    const { subscriber } = JSON.parse(settings ?? '{}') as { subscriber?: unknown };
    return typeof subscriber === 'string' ? subscriber : undefined;
  } catch {
    return undefined;
  }
}
