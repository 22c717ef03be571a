import { Annotations, Aspects, IAspect } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { arnIdentity } from '../publish/arn-identity';
import { IChangeSource } from '../publish/change-source';

const WRITES = ['dynamodb:*', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
}

/** Warns of a subscriber that may write to its own table: every such write is a change it receives again. */
export function warnOfLoop(subscriber: Construct, role: iam.IRole, source: IChangeSource): void {
  Aspects.of(subscriber).add(new LoopWarning(subscriber, role, source));
}

class LoopWarning implements IAspect {
  constructor(private readonly subscriber: Construct, private readonly role: iam.IRole, private readonly source: IChangeSource) {}

  public visit(node: IConstruct): void {
    if (node !== this.subscriber) return;
    const { sourceTable } = this.source;
    const table = arnIdentity(sourceTable, sourceTable.tableArn);
    const loops = this.statements().some(({ Effect, Action, Resource }) => Effect === 'Allow'
      && [Action].flat().some((action) => WRITES.includes(action ?? ''))
      && [Resource].flat().some((resource) => resource !== undefined && arnIdentity(this.role, resource) === table));
    if (!loops) return;
    Annotations.of(this.subscriber).addWarningV2('cdk-dynamodb-cdc:writesToItsOwnTable',
      'The handler may write to the table it subscribes to: each write is a change it receives again. '
      + 'Filter out its own writes, or write only what change.changed() tells it to');
  }

  private statements(): Statement[] {
    const policy = this.role.node.tryFindChild('DefaultPolicy') as iam.Policy | undefined;
    const document: { Statement?: Statement[] } | undefined = policy?.document.toJSON();
    return document?.Statement ?? [];
  }
}
