import { Names, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { IChangeSource } from './change-source';

/**
 * What the subscribers of a table share within one stack: created when first asked for. It belongs to the stack of those who use it, so that a
 * table's stack never refers to the stacks of its subscribers. In the table's own stack it is a child of the table, which keeps its logical ids.
 */
export function perStack<T extends Construct>(user: IConstruct, source: IChangeSource, id: string, create: (scope: Construct, id: string) => T): T {
  const stack = Stack.of(user);
  const scope: IConstruct = Stack.of(source) === stack ? source : stack;
  const childId = scope === source ? id : `${id}-${Names.nodeUniqueId(source.node)}`;
  return scope.node.tryFindChild(childId) as T | undefined ?? create(scope as Construct, childId);
}
