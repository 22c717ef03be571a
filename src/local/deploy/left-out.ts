import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { ResourceTemplate, TemplateResource } from './template';

/** A resource that is not in the emulator's copy of a template. */
export interface LeftOut {
  readonly logicalId: string;
  readonly type: string;
  /** Ends the sentence "... is left out: ". */
  readonly why: string;
}

const CUSTOM = /^(Custom::|AWS::CloudFormation::CustomResource$)/;
const UNKNOWN = /unrecognized resource types?: \[([^\]]*)\]/i;

/**
 * What the emulator cannot do: types that it does not know; custom resources, whose providers answer over HTTPS and are waited for until the deployment is given up;
 * functions in container images, and what belongs to one of them.
 */
export function leftOut({ Resources = {} }: ResourceTemplate, unknownTypes: ReadonlySet<string>): LeftOut[] {
  const found = new Map<string, LeftOut>();
  const take = (logicalId: string, { Type: type }: TemplateResource, why: string) => found.set(logicalId, { logicalId, type, why });
  for (const [id, resource] of Object.entries(Resources)) {
    if (CUSTOM.test(resource.Type)) take(id, resource, 'custom resources are not run');
    else if (unknownTypes.has(resource.Type)) take(id, resource, 'the emulator does not know this type');
    else if (isImageFunction(resource)) take(id, resource, 'the emulator does not run container images');
  }
  // A version, an alias of it, a mapping of that: each says only which one it belongs to.
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const [id, resource] of Object.entries(Resources)) {
      const owner = ownerOf(resource);
      if (!found.has(id) && owner !== undefined && found.has(owner)) take(id, resource, `its function ${owner} is left out`);
    }
  }
  return [...found.values()];
}

function isImageFunction({ Type, Properties }: TemplateResource): boolean {
  return Type === 'AWS::Lambda::Function' && (Properties?.PackageType === 'Image' || (Properties?.Code as { ImageUri?: unknown } | undefined)?.ImageUri !== undefined);
}

/** The function that a Lambda resource belongs to, where it is in the same template. */
function ownerOf({ Type, Properties }: TemplateResource): string | undefined {
  if (!Type.startsWith('AWS::Lambda::') || Properties?.FunctionName === undefined) return undefined;
  const { Ref, 'Fn::GetAtt': attribute } = Properties.FunctionName as { 'Ref'?: string; 'Fn::GetAtt'?: readonly [string, string] };
  return Ref ?? attribute?.[0];
}

/** The types, of those that the templates hold, that the emulator refuses: it is asked, because each version knows others. */
export async function typesUnknownTo(client: CloudFormationClient, templates: readonly ResourceTemplate[]): Promise<ReadonlySet<string>> {
  const all = templates.flatMap(({ Resources = {} }) => Object.values(Resources).map(({ Type }) => Type));
  const types = [...new Set(all)].filter(type => !CUSTOM.test(type));
  if (types.length === 0) return new Set();
  const body = JSON.stringify({ Resources: Object.fromEntries(types.map((Type, index) => [`Type${index}`, { Type }])) });
  try {
    await client.send(new ValidateTemplateCommand({ TemplateBody: body }));
    return new Set();
  } catch (error) {
    const [, names] = UNKNOWN.exec((error as Error).message) ?? [];
    // An emulator that does not check types refuses them when the stack is deployed, with its own sentence.
    return new Set(names?.split(',').map(name => name.trim()));
  }
}
