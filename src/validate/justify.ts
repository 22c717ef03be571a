import { CfnElement, CfnResource, Stack, Token, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Why a default of the library departs from a rule of a common checker; kept in the template, where the checkers look. */
export interface Justification {
  /** Rule of cdk-nag. */
  readonly nag?: string;
  /** Rule of checkov. */
  readonly checkov?: string;
  /** Rule of cfn-lint, or of its rules for serverless apps. */
  readonly cfnLint?: string;
  readonly reason: string;
}

export function justify(construct: IConstruct, ...justifications: Justification[]): void {
  for (const { nag, reason } of justifications) {
    // A rule that names what is known only when deployed can't be acknowledged here.
    if (nag && !Token.isUnresolved(nag)) Validations.of(construct).acknowledge({ id: nag, reason });
  }
  const resource = construct.node.defaultChild ?? construct;
  if (!CfnResource.isCfnResource(resource)) return;
  addCheckov(resource, justifications.flatMap(({ checkov, reason }) => checkov ? [{ id: checkov, comment: reason }] : []));
  addCfnLint(resource, justifications.flatMap(({ cfnLint }) => cfnLint ?? []));
}

/** A resource's ARN as cdk-nag's rules name it. */
export function arnInRules(construct: IConstruct): string {
  return `<${Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement)}.Arn>`;
}

function addCheckov(resource: CfnResource, skip: object[]): void {
  if (skip.length === 0) return;
  const before: { skip?: object[] } | undefined = resource.getMetadata('checkov');
  resource.addMetadata('checkov', { skip: [...before?.skip ?? [], ...skip] });
}

/** Its layout has no place for reasons. */
function addCfnLint(resource: CfnResource, rules: string[]): void {
  if (rules.length === 0) return;
  const before: { config?: { ignore_checks?: string[] } } | undefined = resource.getMetadata('cfn-lint');
  resource.addMetadata('cfn-lint', { config: { ignore_checks: [...before?.config?.ignore_checks ?? [], ...rules] } });
}
