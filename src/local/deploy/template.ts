import { functionVariables } from './local-functions';
import { localPolicies } from './local-policies';

type Properties = Readonly<Record<string, unknown>>;

/** The parts of a CloudFormation template that the deployer looks at. */
export interface ResourceTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Properties;
  readonly Rules?: Properties;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Properties;
}

export const MAPPING_TYPE = 'AWS::Lambda::EventSourceMapping';
export const FUNCTION_TYPE = 'AWS::Lambda::Function';
export const ALARM_TYPE = 'AWS::CloudWatch::Alarm';
export const NESTED_STACK_TYPE = 'AWS::CloudFormation::Stack';

/** Mappings of streams have a starting position, those of queues have none. */
export function isStreamMapping(resource: TemplateResource): boolean {
  return resource.Type === MAPPING_TYPE && resource.Properties?.StartingPosition !== undefined;
}

export interface LocalTemplateOptions {
  /** Keep the emulator from doing anything with queues' mappings too: of a FIFO queue it runs one batch at a time, whatever the mapping allows. @default false */
  readonly driveQueues?: boolean;
  /** Functions of this library's runtime log their failed attempts with their messages, whatever the app says: it is the developer's own data. @default false */
  readonly logErrors?: boolean;
  /** Options of Node.js for functions that set some themselves. @default - those alone */
  readonly nodeOptions?: string;
}

/** Whether a stream mapping can be switched on in the emulator without its doing anything, so that pausing and resuming it means what it means on AWS. */
export function canBeKeptIdle({ FilterCriteria }: Properties): boolean {
  // A pattern that only deployment knows is read from the deployed mapping, so it has to be there.
  return literalPatterns(FilterCriteria) !== undefined;
}

/**
 * The same of a queue's mapping. A filter would not do, since what no filter matches is deleted from a queue; a batch of fewer than none is what the emulator takes nothing
 * for. That holds for FIFO queues only, so the queue has to be seen to be one.
 */
export function queueCanBeKeptIdle({ Resources }: ResourceTemplate, { BatchSize, EventSourceArn }: Properties): boolean {
  const [queue] = (EventSourceArn as { 'Fn::GetAtt'?: readonly string[] } | undefined)?.['Fn::GetAtt'] ?? [];
  return typeof BatchSize !== 'object' && queue !== undefined && Resources?.[queue]?.Properties?.FifoQueue === true;
}

/** The patterns of a mapping's filter as they stand in the template; undefined when one of them is an intrinsic. */
export function literalPatterns(criteria: unknown): readonly string[] | undefined {
  if (criteria === undefined) return [];
  const { Filters } = criteria as { Filters?: unknown };
  if (!Array.isArray(Filters)) return undefined;
  const patterns = Filters.map(filter => (filter as { Pattern?: unknown } | undefined)?.Pattern);
  return patterns.every(pattern => typeof pattern === 'string') ? patterns : undefined;
}

/** No event's name; what nothing matches is passed over. */
const NOTHING_MATCHES = { Filters: [{ Pattern: JSON.stringify({ eventName: ['NONE'] }) }] };

function keptIdle(properties: Properties): Properties {
  return canBeKeptIdle(properties) ? { ...properties, FilterCriteria: NOTHING_MATCHES } : { ...properties, Enabled: false };
}

const NO_BATCH = -1;

function queueKeptIdle(template: ResourceTemplate, properties: Properties): Properties {
  return queueCanBeKeptIdle(template, properties) ? { ...properties, BatchSize: NO_BATCH } : { ...properties, Enabled: false };
}

/**
 * A copy of the template for the emulator: its own handling of stream mappings is kept from doing anything, because it takes partial
 * failures for successes, alarms on expressions watch the first metric of theirs, because it knows no expressions, policies
 * are said in the terms in which it checks them, and the check for CDK's bootstrap stack is left out, because there is none.
 */
export function localTemplate<T extends ResourceTemplate>(template: T, options: LocalTemplateOptions = {}): T {
  const copy = structuredClone(template) as { -readonly [Key in keyof T]: T[Key] };
  const resources = Object.entries(template.Resources ?? {});
  copy.Resources = Object.fromEntries(resources.map(([id, resource]) => [id, localResource(template, resource, options)]));
  copy.Parameters = without(template.Parameters, 'BootstrapVersion');
  copy.Rules = without(template.Rules, 'CheckBootstrapVersion');
  for (const section of ['Parameters', 'Rules'] as const) if (!copy[section]) delete copy[section];
  return copy;
}

function localResource(template: ResourceTemplate, resource: TemplateResource, options: LocalTemplateOptions): TemplateResource {
  const { driveQueues } = options;
  if (isStreamMapping(resource)) return { ...resource, Properties: keptIdle(resource.Properties ?? {}) };
  if (driveQueues && resource.Type === MAPPING_TYPE) return { ...resource, Properties: queueKeptIdle(template, resource.Properties ?? {}) };
  if (resource.Type === ALARM_TYPE && resource.Properties?.Metrics) return { ...resource, Properties: alarmOnFirstMetric(resource.Properties) };
  if (resource.Type === FUNCTION_TYPE && resource.Properties) return { ...resource, Properties: functionVariables(resource.Properties, options) };
  return resource.Properties ? { ...resource, Properties: localPolicies(resource.Type, resource.Properties) } : resource;
}

interface MetricQuery {
  readonly MetricStat?: { readonly Metric: object; readonly Stat: string; readonly Period: number };
}

function alarmOnFirstMetric({ Metrics, ...properties }: Properties): Properties {
  const stat = (Metrics as readonly MetricQuery[]).find(query => query.MetricStat)?.MetricStat;
  return stat ? { ...properties, ...stat.Metric, Statistic: stat.Stat, Period: stat.Period } : { ...properties, Metrics };
}

/** Resources with their logical ids, of the given types. */
export function resourcesOfType(template: ResourceTemplate, ...types: string[]): Array<[string, TemplateResource]> {
  return Object.entries(template.Resources ?? {}).filter(([, resource]) => types.includes(resource.Type));
}

function without(section: Properties | undefined, name: string): Record<string, unknown> | undefined {
  const kept = Object.entries(section ?? {}).filter(([key]) => key !== name);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
