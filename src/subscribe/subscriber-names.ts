import { Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { SUBSCRIBER_NAME } from '../contract/settings';
import { arnIdentity } from '../publish/arn-identity';
import { IChangeSource } from '../publish/change-source';
import { checkPattern } from '../validate/checks';
import { invalid } from '../validate/invalid';

/** Names taken in each app: stream and name, and the path of the subscriber that has it. */
const taken = new WeakMap<IConstruct, Map<string, string>>();

/** Ledger rows, stored failures and metrics are told apart by it, so two subscribers of a stream may not share one. */
export function claimSubscriberName(scope: Construct, source: IChangeSource, name: string): void {
  checkPattern(scope, 'subscriberName', name, SUBSCRIBER_NAME, 'a letter, then letters, digits, _ and -, at most 64 characters');
  if (Token.isUnresolved(name)) return;
  const names = taken.get(scope.node.root) ?? new Map<string, string>();
  taken.set(scope.node.root, names);
  const key = `${arnIdentity(source, source.streamArn)} ${name}`;
  const owner = names.get(key);
  if (owner) throw invalid(scope, 'subscriberName', name, `a name that no other subscriber of the table has; ${owner} has it`);
  names.set(key, scope.node.path);
}
