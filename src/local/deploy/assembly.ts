import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../emulator';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from './endpoint';
import { isStreamMapping, NESTED_STACK_TYPE, ResourceTemplate, TemplateResource } from './template';

export interface StackArtifact {
  readonly artifactId: string;
  readonly stackName: string;
  readonly displayName: string;
  readonly account: string;
  readonly region: string;
  /** Directory that the template's and the assets' paths are relative to. */
  readonly directory: string;
  readonly template: ResourceTemplate;
  readonly assets: AssetManifest;
  /** Construct paths by logical id. */
  readonly paths: ReadonlyMap<string, string>;
  /** Artifact ids of the stacks that have to be there first. */
  readonly dependencies: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

export interface AssetManifest {
  readonly files: Readonly<Record<string, FileAsset>>;
  readonly dockerImages: Readonly<Record<string, unknown>>;
}

export interface FileAsset {
  readonly source: { readonly path?: string; readonly packaging?: string; readonly executable?: readonly string[] };
  readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string; readonly region?: string }>>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly additionalMetadataFile?: string;
  readonly metadata?: Metadata;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
    readonly parameters?: Record<string, string>;
  };
}

type Metadata = Record<string, ReadonlyArray<{ readonly type: string; readonly data?: unknown }>>;
interface Manifest { readonly artifacts?: Record<string, Artifact> }

const EMPTY_ASSETS: AssetManifest = { files: {}, dockerImages: {} };

/** The stacks of a synthesized app, stages included, each after those it depends on. */
export function readAssembly(directory: string): StackArtifact[] {
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new UserError(`There is no synthesized app in "${directory}": run "npx cdk synth" first, or name its output directory with --app.`);
  }
  return dependencyOrder(stacksIn(directory));
}

/** The named stacks with everything they depend on; all when no name is given. */
export function selectStacks(stacks: readonly StackArtifact[], names: readonly string[] = []): StackArtifact[] {
  if (names.length === 0) return [...stacks];
  const selected = new Set<string>();
  const add = (stack: StackArtifact) => {
    selected.add(stack.artifactId);
    stacks.filter(other => stack.dependencies.includes(other.artifactId) && !selected.has(other.artifactId)).forEach(add);
  };
  for (const name of names) {
    const found = stacks.filter(stack => [stack.stackName, stack.displayName, stack.artifactId].includes(name));
    if (found.length === 0) {
      throw new UserError(`There is no stack "${name}" in the app: it has ${stacks.map(stack => stack.displayName).join(', ') || 'none'}.`);
    }
    found.forEach(add);
  }
  return stacks.filter(stack => selected.has(stack.artifactId));
}

/** There must be something to run before anything is started. Nested stacks are looked into only when they are deployed. */
export function requireStreams(directory: string, names?: readonly string[]): void {
  const stacks = selectStacks(readAssembly(directory), names);
  const mayHaveStream = (resource: TemplateResource) => isStreamMapping(resource) || resource.Type === NESTED_STACK_TYPE;
  const isPossible = stacks.some(({ template }) => Object.values(template.Resources ?? {}).some(mayHaveStream));
  if (isPossible) return;
  throw new UserError(`Nothing in ${stacks.map(stack => stack.displayName).join(', ') || 'the app'} reads a DynamoDB stream: `
    + 'add a StreamSubscriber or a DynamoEventSource and synthesize again, or name other stacks with --stack.');
}

function stacksIn(directory: string): StackArtifact[] {
  const { artifacts = {} } = readJson<Manifest>(join(directory, 'manifest.json'));
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly' && artifact.properties?.directoryName) {
      return stacksIn(join(directory, artifact.properties.directoryName));
    }
    return artifact.type === 'aws:cloudformation:stack' ? [stackArtifact(directory, id, artifact, artifacts)] : [];
  });
}

function stackArtifact(directory: string, id: string, artifact: Artifact, all: Record<string, Artifact>): StackArtifact {
  const dependencies = artifact.dependencies ?? [];
  const manifestFile = dependencies.map(name => all[name]).find(other => other?.type === 'cdk:asset-manifest')?.properties?.file;
  const stackName = artifact.properties?.stackName ?? id;
  const [, account = '', region = ''] = /^aws:\/\/([^/]*)\/([^/]*)$/.exec(artifact.environment ?? '') ?? [];
  return {
    artifactId: id,
    stackName,
    displayName: artifact.displayName ?? stackName,
    account: account.startsWith('unknown') || !account ? DEFAULT_ACCOUNT : account,
    region: region.startsWith('unknown') || !region ? DEFAULT_REGION : region,
    directory,
    template: readJson<ResourceTemplate>(join(directory, artifact.properties?.templateFile ?? `${id}.template.json`)),
    assets: { ...EMPTY_ASSETS, ...(manifestFile ? readJson<Partial<AssetManifest>>(join(directory, manifestFile)) : {}) },
    paths: constructPaths(directory, artifact),
    dependencies,
    parameters: artifact.properties?.parameters ?? {},
  };
}

function constructPaths(directory: string, artifact: Artifact): Map<string, string> {
  const metadata = artifact.additionalMetadataFile ? readJson<Metadata>(join(directory, artifact.additionalMetadataFile)) : artifact.metadata ?? {};
  const entries = Object.entries(metadata).flatMap(([path, facts]) => facts
    .filter(fact => fact.type === 'aws:cdk:logicalId').map((fact): [string, string] => [String(fact.data), path.replace(/^\//, '')]));
  return new Map(entries);
}

function dependencyOrder(stacks: readonly StackArtifact[]): StackArtifact[] {
  const ordered = new Set<StackArtifact>();
  const visit = (stack: StackArtifact, chain: readonly StackArtifact[]) => {
    if (ordered.has(stack)) return;
    if (chain.includes(stack)) throw new UserError(`The stacks ${chain.map(each => each.displayName).join(', ')} depend on each other in a circle.`);
    stacks.filter(other => stack.dependencies.includes(other.artifactId)).forEach(other => visit(other, [...chain, stack]));
    ordered.add(stack);
  };
  stacks.forEach(stack => visit(stack, []));
  return [...ordered];
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new UserError(`"${file}" can't be read (${(error as Error).message}): synthesize the app again with "npx cdk synth".`, { cause: error });
  }
}
