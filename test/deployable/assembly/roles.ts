import { Assembly, Placed, placed } from './assembly';
import { deployedText, deployedValue, identity } from './deployed-value';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

export interface PolicyOfRole {
  readonly resource: Placed;
  readonly kind: 'INLINE' | 'MANAGED';
  readonly name: string;
  /** As IAM stores it, without white space. */
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** Policies of the role of this name: those in it, and those that other resources attach. */
export function policiesOf(assembly: Assembly, roleName: string): PolicyOfRole[] {
  const policy = (resource: Placed, kind: PolicyOfRole['kind'], name: unknown, document: unknown): PolicyOfRole => {
    const deployed: any = deployedValue(assembly, resource.stack, document);
    return {
      resource,
      kind,
      name: deployedText(assembly, resource.stack, name ?? resource.id),
      text: JSON.stringify(deployed),
      statements: [deployed.Statement].flat().map((statement: any) => ({
        ...statement, Action: [statement.Action ?? []].flat(), Resource: [statement.Resource ?? []].flat(),
      })),
    };
  };
  return placed(assembly, 'AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').flatMap((resource) => {
    const { properties, stack, type } = resource;
    if (type === 'AWS::IAM::Role') {
      if (identity(assembly, resource).name !== roleName) return [];
      return (properties.Policies ?? []).map((inline: any) => policy(resource, 'INLINE', inline.PolicyName, inline.PolicyDocument));
    }
    const attached = (properties.Roles ?? []).some((role: unknown) => deployedText(assembly, stack, role) === roleName);
    return attached ? [policy(resource, type === 'AWS::IAM::Policy' ? 'INLINE' : 'MANAGED', properties.PolicyName, properties.PolicyDocument)] : [];
  });
}

/** The function that a resource names by name, ARN, alias or version, if it is deployed with it. */
export function functionNamed(assembly: Assembly, text: string): Placed | undefined {
  const name = text.includes(':function:') ? text.split(':function:')[1].split(':')[0] : text.split(':')[0];
  return placed(assembly, 'AWS::Lambda::Function').find((fn) => identity(assembly, fn).name === name);
}

/** The name of the role of a function. */
export function roleNameOf(assembly: Assembly, { properties, stack }: Placed): string {
  return deployedText(assembly, stack, properties.Role).split('/').pop()!;
}
