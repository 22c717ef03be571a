import { CfnResource, Token, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Why a default of the library departs from a rule of a common checker; kept in the template, where the checkers look. */
export interface Justification {
  /** Rule of cdk-nag. */
  readonly nag?: string;
  /** Rule of checkov. */
  readonly checkov?: string;
  readonly reason: string;
}

export function justify(construct: IConstruct, ...justifications: Justification[]): void {
  for (const { nag, reason } of justifications) {
    // A rule that names what is known only when deployed can't be acknowledged here.
    if (nag && !Token.isUnresolved(nag)) Validations.of(construct).acknowledge({ id: nag, reason });
  }
  const resource = construct.node.defaultChild ?? construct;
  if (!CfnResource.isCfnResource(resource)) return;
  const before: { skip?: object[] } | undefined = resource.getMetadata('checkov');
  const skip = justifications.flatMap(({ checkov, reason }) => checkov ? [{ id: checkov, comment: reason }] : []);
  if (skip.length > 0) resource.addMetadata('checkov', { skip: [...before?.skip ?? [], ...skip] });
}
