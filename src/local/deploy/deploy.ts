import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readAssembly, selectStacks, StackArtifact } from './assembly';
import { publishAssets } from './assets';
import { deployStack, physicalIds } from './cloudformation';
import { applyDroppedSettings } from './dropped-settings';
import { emulatorTemplate, RunnableOptions } from './emulator-template';
import { bucketClientSettings, clientSettings, Target } from './endpoint';
import { LeftOut, leftOut, typesUnknownTo } from './left-out';
import { DeployedStreamMapping, MappingSource, streamMappings, withStreams, withUniqueNames } from './mappings';
import { DeployedQueueMapping, QueueMappings, queueMappings, WatchedQueue } from './queue-mappings';
import { withRelays } from './relayed-queues';
import { LocalTemplateOptions, NESTED_STACK_TYPE, ResourceTemplate, resourcesOfType } from './template';

export interface DeployOptions extends LocalTemplateOptions {
  readonly cloudAssemblyDir: string;
  readonly endpoint: string;
  /** Names of the stacks wanted; what they depend on comes along. @default - all */
  readonly stacks?: readonly string[];
  /** Resource types, logical ids and construct paths of what is left out; a path stands for what is below it, too. @default - nothing */
  readonly without?: readonly string[];
  /** For each stack. @default 120 seconds */
  readonly limitMillis?: number;
  readonly onStack?: (stackName: string, state: 'deploying' | 'deployed') => void;
  /** Called for each resource that the emulator cannot do, before anything is deployed. */
  readonly onLeftOut?: (resource: LeftOutResource) => void;
}

export interface LeftOutResource extends LeftOut {
  /** Construct path, or the logical id where that is not known. */
  readonly path: string;
}

export interface DeployedStack {
  readonly stackName: string;
  readonly displayName: string;
  readonly target: Target;
  readonly outputs: Readonly<Record<string, string>>;
  /** Physical ids by logical id. */
  readonly physicalIds: Readonly<Record<string, string>>;
  readonly mappings: readonly DeployedStreamMapping[];
  /** Names and sources of mappings on streams that the emulator does not have. */
  readonly withoutStream: ReadonlyArray<Pick<DeployedStreamMapping, 'name' | 'config'>>;
  /** Those of FIFO queues; none unless asked for with `driveQueues`. */
  readonly queueMappings: readonly DeployedQueueMapping[];
  /** Queues with subscribers that the emulator runs itself; none unless asked for with `driveQueues`. */
  readonly watchedQueues: readonly WatchedQueue[];
}

const LIMIT_MILLIS = 120_000;

/** Deploys a synthesized app to an emulator; a second time it updates what is there. */
export async function deployAssembly(options: DeployOptions): Promise<DeployedStack[]> {
  const stacks = selectStacks(readAssembly(options.cloudAssemblyDir), options.stacks);
  const unknownTypes = await unknownTypesOf(stacks, options);
  const runnable = (stack: StackArtifact) => ({ ...options, unknownTypes, isUnwanted: unwantedOf(stack, options.without) });
  for (const stack of stacks) for (const resource of leftOutOf(stack, runnable(stack))) options.onLeftOut?.(resource);
  await Promise.all(stacks.map(stack => publishAssets(stack, targetOf(stack, options), runnable(stack))));
  const deployed: DeployedStack[] = [];
  for (const stack of stacks) {
    options.onStack?.(stack.stackName, 'deploying');
    deployed.push(await deployOne(stack, targetOf(stack, options), runnable(stack)));
    options.onStack?.(stack.stackName, 'deployed');
  }
  return withNames(deployed);
}

/** Names are unique among all that reads something, in whatever stack. */
async function withNames(stacks: readonly DeployedStack[]): Promise<DeployedStack[]> {
  const streams = stacks.flatMap(({ mappings }) => mappings);
  const queues = await withRelays(stacks.flatMap(({ queueMappings: own }) => own), streams);
  const all = [
    ...streams.map(mapping => ({ ...mapping, id: mapping.config.uuid })),
    ...queues.map(queue => ({ ...queue, tableName: queue.tableName ?? '', id: queue.uuid })),
  ];
  const names = new Map(withUniqueNames(all).map(({ id, name }) => [id, name]));
  const tables = new Map(queues.map(({ uuid, tableName }) => [uuid, tableName]));
  return stacks.map(stack => ({
    ...stack,
    mappings: stack.mappings.map(mapping => ({ ...mapping, name: names.get(mapping.config.uuid) ?? mapping.name })),
    queueMappings: stack.queueMappings.map(queue => ({ ...queue, name: names.get(queue.uuid) ?? queue.name, tableName: tables.get(queue.uuid) })),
  }));
}

async function unknownTypesOf(stacks: readonly StackArtifact[], options: DeployOptions): Promise<ReadonlySet<string>> {
  if (stacks.length === 0) return new Set();
  const client = new CloudFormationClient(clientSettings(targetOf(stacks[0], options)));
  try {
    return await typesUnknownTo(client, stacks.flatMap(stack => [stack.template, ...nestedTemplates(stack)]));
  } finally {
    client.destroy();
  }
}

function unwantedOf({ paths }: StackArtifact, without: readonly string[] = []) {
  return (logicalId: string, type: string) => without.some(name => {
    const path = paths.get(logicalId) ?? '';
    return name === type || name === logicalId || path === name || path.startsWith(`${name}/`);
  });
}

function leftOutOf(stack: StackArtifact, { unknownTypes = new Set(), isUnwanted }: RunnableOptions): LeftOutResource[] {
  return [stack.template, ...nestedTemplates(stack)]
    .flatMap(template => leftOut(template, unknownTypes, isUnwanted))
    .map(resource => ({ ...resource, path: stack.paths.get(resource.logicalId) ?? `${stack.displayName}/${resource.logicalId}` }));
}

async function deployOne(stack: StackArtifact, target: Target, options: DeployOptions & RunnableOptions): Promise<DeployedStack> {
  const { limitMillis = LIMIT_MILLIS, driveQueues = false } = options;
  const client = new CloudFormationClient(clientSettings(target));
  try {
    const templateUrl = await uploadTemplate(stack, target, options);
    const { stackName, parameters, paths } = stack;
    const described = await deployStack(client, { stackName, templateUrl, parameters, paths, limitMillis });
    const ids = await physicalIds(client, stack.stackName);
    const sources = [
      { stackName: stack.stackName, template: stack.template, ids, paths: stack.paths, target },
      ...await nestedSources(client, stack, ids, target),
    ];
    await Promise.all(sources.map(source => applyDroppedSettings(source.template, source.ids, target)));
    const mappings = await Promise.all(sources.map(streamMappings));
    const existing = await withStreams(mappings.flat());
    const queues: readonly QueueMappings[] = driveQueues ? await Promise.all(sources.map(queueMappings)) : [];
    return {
      stackName: stack.stackName,
      displayName: stack.displayName,
      target,
      outputs: Object.fromEntries((described.Outputs ?? []).map(output => [output.OutputKey ?? '', output.OutputValue ?? ''])),
      physicalIds: Object.fromEntries(ids),
      mappings: existing.filter(({ exists }) => exists).map(({ mapping }) => mapping),
      withoutStream: existing.filter(({ exists }) => !exists).map(({ mapping }) => mapping),
      queueMappings: queues.flatMap(({ driven }) => driven),
      watchedQueues: queues.flatMap(({ watched }) => watched),
    };
  } finally {
    client.destroy();
  }
}

/** Templates are larger than a request may be, so they go through a bucket as with CDK. */
async function uploadTemplate(stack: StackArtifact, target: Target, options: RunnableOptions): Promise<string> {
  const body = JSON.stringify(emulatorTemplate(stack.template, options));
  // A bucket belongs to one account.
  const Bucket = `cdc-local-templates-${target.account}-${target.region}`;
  const key = `${stack.stackName}/${createHash('sha256').update(body).digest('hex')}.json`;
  const s3 = new S3Client(bucketClientSettings(target));
  try {
    await s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
      if (!error.name.startsWith('BucketAlready')) throw error;
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
    return `${target.endpoint}/${Bucket}/${key}`;
  } finally {
    s3.destroy();
  }
}

async function nestedSources(
  client: CloudFormationClient, stack: StackArtifact, ids: ReadonlyMap<string, string>, target: Target,
): Promise<MappingSource[]> {
  const sources = resourcesOfType(stack.template, NESTED_STACK_TYPE).map(async ([logicalId, resource]) => {
    const stackName = ids.get(logicalId) ?? '';
    const nested = nestedTemplate(stack, resource.Properties?.TemplateURL);
    const nestedIds = await physicalIds(client, stackName);
    const source = { stackName: logicalId, template: nested, ids: nestedIds, paths: stack.paths, target };
    return [source, ...await nestedSources(client, { ...stack, template: nested }, nestedIds, target)];
  });
  return (await Promise.all(sources)).flat();
}

function nestedTemplates(stack: StackArtifact): ResourceTemplate[] {
  return resourcesOfType(stack.template, NESTED_STACK_TYPE).flatMap(([, resource]) => {
    const nested = nestedTemplate(stack, resource.Properties?.TemplateURL);
    return [nested, ...nestedTemplates({ ...stack, template: nested })];
  });
}

/** A nested template is an asset of the stack around it; its URL ends with the asset's key. */
function nestedTemplate(stack: StackArtifact, url: unknown): ResourceTemplate {
  const parts = (url as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join']?.[1] ?? [url];
  const last = parts[parts.length - 1];
  const key = typeof last === 'string' ? last.slice(last.lastIndexOf('/') + 1) : '';
  const asset = Object.values(stack.assets.files).find(file => Object.values(file.destinations).some(({ objectKey }) => objectKey === key));
  return asset?.source.path ? JSON.parse(readFileSync(join(stack.directory, asset.source.path), 'utf8')) as ResourceTemplate : {};
}

function targetOf(stack: StackArtifact, { endpoint }: DeployOptions): Target {
  return { endpoint, account: stack.account, region: stack.region };
}
