import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Tells whether two ARNs name one stream, also across stacks, where one attribute renders in different ways. */
export function streamIdentity(scope: IConstruct, streamArn: string): string {
  if (!Token.isUnresolved(streamArn)) return streamArn;
  const fragments = Tokenization.reverseString(streamArn);
  const token = fragments.length === 1 ? fragments.firstToken : undefined;
  if (Reference.isReference(token)) return `${token.target.node.path}.${token.displayName}`;
  const stack = Stack.of(scope);
  return `${stack.node.path}:${JSON.stringify(stack.resolve(streamArn))}`;
}
