import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { IChangeSource } from './change-source';
import { parseStreamArn } from '../contract/position';
import { invalid } from '../validate/invalid';

const OTHER_REGION = 'Subscribe in a stack of the region where the table, or a replica of it, is';

/**
 * A subscriber writes to the ledger and the failure store of its source, which are in the source's stack.
 *
 * @throws Error when that stack is of another account or region
 */
export function checkSourceIsHere(scope: IConstruct, source: IChangeSource): void {
  const there = Stack.of(source);
  const here = Stack.of(scope);
  if (differ(there.account, here.account)) {
    throw invalid(scope, 'source', `${source.node.path} of account ${there.account}`, `a source in account ${here.account}, where its ledger and failure store are`,
      'In this stack, import the table with TableV2.fromTableAttributes({ tableArn, tableStreamArn }) and hand it to CdcTable.fromTable; '
      + 'in the account of the table, let the function\'s role read the stream by a resource policy');
  }
  if (differ(there.region, here.region)) throw invalid(scope, 'source', `a stream in ${there.region}`, `one in ${here.region}, where its reader is`, OTHER_REGION);
}

/** Lambda reads streams of its own region only; one of another account it reads if that account's policies let it. */
export function checkStreamLocation(scope: IConstruct, source: IChangeSource): void {
  const here = Stack.of(scope);
  const { region, account } = locationOf(source);
  if (differ(region, here.region)) {
    throw invalid(scope, 'source', `a stream in ${region}`, `one in ${here.region}, where its reader is`, OTHER_REGION);
  }
  if (!differ(account, here.account)) return;
  Annotations.of(scope).addWarningV2('cdk-dynamodb-cdc:streamOfAnotherAccount',
    `The stream belongs to account ${account}: its resource policy there must let this function's role read it, and so must the policy of the table's key`);
}

function locationOf({ streamArn, sourceTable }: IChangeSource): { readonly region: string; readonly account: string } {
  if (Token.isUnresolved(streamArn) || !parseStreamArn(streamArn)) return sourceTable.env;
  const [, , , region, account] = streamArn.split(':');
  return { region, account };
}

/** What only deployment knows may be the same. */
function differ(there: string, here: string): boolean {
  return !Token.isUnresolved(there) && !Token.isUnresolved(here) && there !== here;
}
