import { Annotations, Aspects, IAspect, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { IChangeSource } from '../publish/change-source';

const WRITES = ['dynamodb:*', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: unknown;
}

/** Warns of a subscriber that may write to its own table: every such write is a change it receives again. */
export function warnOfLoop(subscriber: Construct, role: iam.IRole, source: IChangeSource): void {
  Aspects.of(subscriber).add(new LoopWarning(subscriber, role, source));
}

class LoopWarning implements IAspect {
  constructor(private readonly subscriber: Construct, private readonly role: iam.IRole, private readonly source: IChangeSource) {}

  public visit(node: IConstruct): void {
    if (node !== this.subscriber) return;
    const stack = Stack.of(this.role);
    const table = JSON.stringify(stack.resolve(this.source.sourceTable.tableArn));
    const loops = this.statements(stack).some(({ Effect, Action, Resource }) => Effect === 'Allow'
      && [Action].flat().some((action) => WRITES.includes(action ?? ''))
      && [Resource].flat().some((resource) => JSON.stringify(resource) === table));
    if (!loops) return;
    Annotations.of(this.subscriber).addWarningV2('cdk-dynamodb-cdc:writesToItsOwnTable',
      'The handler may write to the table it subscribes to: each write is a change it receives again. '
      + 'Filter out its own writes, or write only what change.changed() tells it to');
  }

  private statements(stack: Stack): Statement[] {
    const policy = this.role.node.tryFindChild('DefaultPolicy') as iam.Policy | undefined;
    const document: { Statement?: Statement[] } | undefined = policy && stack.resolve(policy.document);
    return document?.Statement ?? [];
  }
}
