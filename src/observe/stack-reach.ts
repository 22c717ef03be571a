import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The stack of a construct and those around it, the innermost first. */
function stacksAround(construct: IConstruct): Stack[] {
  const stacks: Stack[] = [];
  for (let stack: Stack | undefined = Stack.of(construct); stack; stack = stack.nestedStackParent) stacks.push(stack);
  return stacks;
}

/**
 * Whether what is in the stack of `user` may refer to what is in the stack of `used`, which refers to `source` itself. It may not
 * where both references together would be a circle: where a stack around the user, nested or not, holds the source but not what
 * is used. CDK finds such a circle between stacks of an app; between nested ones only a deployment does.
 */
export function mayRefer(user: IConstruct, used: IConstruct, source: IConstruct): boolean {
  const aroundUsed = stacksAround(used);
  const aroundSource = stacksAround(source);
  const apart = stacksAround(user).filter((stack) => !aroundUsed.includes(stack));
  return !apart.some((stack) => aroundSource.includes(stack));
}
