import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { FUNCTION_TYPE, MAPPING_TYPE, ResourceTemplate, TemplateResource } from './template';

/** A resource that is not in the emulator's copy of a template. */
export interface LeftOut {
  readonly logicalId: string;
  readonly type: string;
  /** Ends the sentence "... is left out: ". */
  readonly why: string;
  /** It reads changes, and nobody asked for it to be left out: the run does not show what it would do. */
  readonly isMissed?: boolean;
}

const PIPE = 'AWS::Pipes::Pipe';
const READERS = [MAPPING_TYPE, PIPE];
const UNWANTED = 'because of --without';
const BY_WISH = ' because of --without';
/** Languages for which the emulator returns an answer of its own. */
const MOCKED = /^(java|dotnet|ruby|go)/;
const CUSTOM = /^(Custom::|AWS::CloudFormation::CustomResource$)/;
const UNKNOWN = /unrecognized resource types?: \[([^\]]*)\]/i;

/**
 * What the emulator cannot do: types that it does not know; custom resources, whose providers answer over HTTPS and are waited for until the deployment is given up;
 * functions in container images or in languages that it answers for without running them; pipes, which it runs with a meaning of its own; and what belongs to one of
 * them. And what the user does not want.
 */
export function leftOut(
  { Resources = {} }: ResourceTemplate, unknownTypes: ReadonlySet<string>, isUnwanted: (logicalId: string, type: string) => boolean = () => false,
): LeftOut[] {
  const found = new Map<string, LeftOut>();
  const take = (logicalId: string, { Type: type }: TemplateResource, why: string) => {
    const isMissed = READERS.includes(type) && why !== UNWANTED && !why.endsWith(BY_WISH);
    found.set(logicalId, { logicalId, type, why, ...(isMissed && { isMissed }) });
  };
  for (const [id, resource] of Object.entries(Resources)) {
    if (isUnwanted(id, resource.Type)) take(id, resource, UNWANTED);
    else if (CUSTOM.test(resource.Type)) take(id, resource, 'custom resources are not run');
    else if (unknownTypes.has(resource.Type)) take(id, resource, 'the emulator does not know this type');
    else if (resource.Type === PIPE) take(id, resource, 'pipes are not run');
    else if (isImageFunction(resource)) take(id, resource, 'the emulator does not run container images');
    else if (isMocked(resource)) take(id, resource, `the emulator does not run ${resource.Properties?.Runtime as string}`);
  }
  // A version, an alias of it, a mapping of that: each says only which one it belongs to.
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const [id, resource] of Object.entries(Resources)) {
      const owner = ownerOf(resource);
      if (!found.has(id) && owner !== undefined && found.has(owner)) {
        const byWish = found.get(owner)!.why === UNWANTED || found.get(owner)!.why.endsWith(BY_WISH);
        take(id, resource, `its function ${owner} is left out${byWish ? BY_WISH : ''}`);
      }
    }
  }
  return [...found.values()];
}

function isMocked({ Type, Properties }: TemplateResource): boolean {
  return Type === FUNCTION_TYPE && typeof Properties?.Runtime === 'string' && MOCKED.test(Properties.Runtime);
}

function isImageFunction({ Type, Properties }: TemplateResource): boolean {
  return Type === FUNCTION_TYPE && (Properties?.PackageType === 'Image' || (Properties?.Code as { ImageUri?: unknown } | undefined)?.ImageUri !== undefined);
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
