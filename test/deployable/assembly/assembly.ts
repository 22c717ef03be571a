/** What is to be deployed: every template, with the place of the nested ones. */
export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
}

export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** As uploaded. @default - the template as CDK writes it */
  readonly bytes?: number;
  /** Of a nested stack: the stack around it, and its resource there. */
  readonly parent?: { readonly stack: string; readonly logicalId: string };
}

export interface Template {
  readonly Description?: string;
  readonly Parameters?: Record<string, any>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>;
  readonly Resources?: Record<string, Resource>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: any;
  readonly DependsOn?: string | readonly string[];
}

/** A resource with the place where it is. */
export interface Placed {
  readonly stack: AssemblyStack;
  readonly id: string;
  readonly type: string;
  readonly properties: any;
  readonly dependsOn: readonly string[];
}

export function placed(assembly: Assembly, ...types: string[]): Placed[] {
  return assembly.stacks.flatMap((stack) => Object.entries(stack.template.Resources ?? {})
    .filter(([, { Type }]) => types.length === 0 || types.includes(Type))
    .map(([id, { Type, Properties, DependsOn }]) => ({
      stack, id, type: Type, properties: Properties ?? {}, dependsOn: [DependsOn ?? []].flat() as string[],
    })));
}

/** For cases of rules: one stack named `Stack`. */
export function oneStack(resources: Record<string, Resource>, rest: Omit<Template, 'Resources'> = {}): Assembly {
  return { stacks: [{ name: 'Stack', template: { ...rest, Resources: resources } }] };
}

export function bytesOf({ bytes, template }: AssemblyStack): number {
  return bytes ?? Buffer.byteLength(JSON.stringify(template, undefined, 1));
}
