import { LeftOut } from './left-out';
import { ResourceTemplate, TemplateResource } from './template';

/** A copy of the template without some resources, in which what refers to them still resolves: to names that nothing has. */
export function withoutResources<T extends ResourceTemplate>(template: T, left: readonly LeftOut[]): T {
  if (left.length === 0) return template;
  const gone = new Map(left.map(({ logicalId, type }) => [logicalId, type]));
  const resources = Object.entries(template.Resources ?? {}).filter(([id]) => !gone.has(id));
  const kept = Object.fromEntries(resources.map(([id, resource]) => [id, withoutDependencies(resource, gone)]));
  return resolved({ ...template, Resources: kept }, gone) as T;
}

function withoutDependencies<T extends TemplateResource & { readonly DependsOn?: unknown }>(resource: T, gone: ReadonlyMap<string, string>): T {
  if (resource.DependsOn === undefined) return resource;
  const { DependsOn, ...rest } = resource;
  const left = [DependsOn].flat().filter(id => !gone.has(id as string));
  return (left.length > 0 ? { ...rest, DependsOn: left } : rest) as T;
}

function resolved(value: unknown, gone: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map(each => resolved(each, gone));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? entries[0] : [];
  if (name === 'Ref' && gone.has(argument as string)) return physicalId(argument as string);
  if (name === 'Fn::GetAtt') {
    const [id, ...attribute] = typeof argument === 'string' ? argument.split('.') : argument as string[];
    if (gone.has(id)) return attributeOf(id, attribute.join('.'), gone);
  }
  if (name === 'Fn::Sub') return { 'Fn::Sub': substituted(argument, gone) };
  return Object.fromEntries(entries.map(([key, each]) => [key, resolved(each, gone)]));
}

/** Variables of the Sub itself come before resources of the same name; `${!Name}` stays as it is. */
function substituted(argument: unknown, gone: ReadonlyMap<string, string>): unknown {
  const [text, variables] = Array.isArray(argument) ? argument as [string, object] : [argument as string, undefined];
  const replaced = text.replace(/\$\{([A-Za-z0-9]+)(?:\.([^}]+))?\}/g, (whole, id: string, attribute?: string) => {
    if (!gone.has(id) || (variables && id in variables)) return whole;
    return attribute === undefined ? physicalId(id) : attributeOf(id, attribute, gone);
  });
  return variables ? [replaced, resolved(variables, gone)] : replaced;
}

function physicalId(logicalId: string): string {
  return `left-out-${logicalId}`;
}

/** An ARN where one is asked for: other resources check the form of it. */
function attributeOf(logicalId: string, attribute: string, gone: ReadonlyMap<string, string>): string {
  if (!/Arn$/i.test(attribute)) return `${physicalId(logicalId)}-${attribute}`;
  const service = gone.get(logicalId)?.split('::')[1]?.toLowerCase() ?? 'cloudformation';
  return `arn:aws:${service}:us-east-1:000000000000:${physicalId(logicalId)}`;
}
