import { CloudAssembly } from 'aws-cdk-lib/cx-api';

/** What CloudFormation knows of the stacks that are deployed: templates by name. */
export type Deployed = ReadonlyMap<string, string>;

/** Templates by stack, producers before their consumers, which is the order in which CDK deploys. */
export function inOrder({ stacks }: CloudAssembly): Deployed {
  return new Map(stacks.map(({ stackName, template }) => [stackName, JSON.stringify(template)]));
}

/**
 * Deploys stacks one after the other over what is deployed, and tells what CloudFormation refuses: an import of what is not
 * exported, and the removal of an export that a deployed stack imports.
 */
export function deploy(before: Deployed, stacks: Deployed): { readonly after: Deployed; readonly refused: string[] } {
  const now = new Map(before);
  const refused: string[] = [];
  for (const [name, template] of stacks) {
    const left = exportsOf(template);
    const others = [...now].filter(([other]) => other !== name);
    const found = new Set(others.flatMap(([, other]) => exportsOf(other)));
    for (const imported of importsOf(template)) if (!found.has(imported)) refused.push(`${name}: nothing exports ${imported}`);
    for (const removed of exportsOf(now.get(name) ?? '{}').filter((one) => !left.includes(one))) {
      for (const [other, importing] of others) if (importsOf(importing).includes(removed)) refused.push(`${name}: ${removed} is in use by ${other}`);
    }
    for (const [stack, output] of weakReferences(template)) {
      const producer = JSON.parse(now.get(stack) ?? '{}') as { Outputs?: object };
      if (!(output in (producer.Outputs ?? {}))) refused.push(`${name}: stack ${stack} has no output ${output}`);
    }
    now.set(name, template);
  }
  return { after: now, refused };
}

function exportsOf(template: string): string[] {
  const { Outputs = {} } = JSON.parse(template) as { Outputs?: Record<string, { Export?: { Name: string } }> };
  return Object.values(Outputs).flatMap(({ Export }) => (Export ? [Export.Name] : []));
}

function importsOf(template: string): string[] {
  return [...template.matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name);
}

/** Stack and output of what is read without an export, when the stack is created or updated. */
function weakReferences(template: string): [string, string][] {
  const found: [string, string][] = [];
  JSON.parse(template, (key, value) => {
    if (key === 'Fn::GetStackOutput') found.push([value.StackName, value.OutputName]);
    return value;
  });
  return found;
}
