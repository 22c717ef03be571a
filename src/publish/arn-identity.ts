import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Equal for two ARNs of one resource, also across stacks, where one attribute renders in different ways. */
export function arnIdentity(scope: IConstruct, arn: string): string {
  if (!Token.isUnresolved(arn)) return arn;
  const fragments = Tokenization.reverseString(arn);
  const token = fragments.length === 1 ? fragments.firstToken : undefined;
  if (Reference.isReference(token)) return `${token.target.node.path}.${token.displayName}`;
  const stack = Stack.of(scope);
  return `${stack.node.path}:${JSON.stringify(stack.resolve(arn))}`;
}
