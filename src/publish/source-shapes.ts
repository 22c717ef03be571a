import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { CdcTableProps } from './cdc-table';
import { ChangeSourceOptions } from './change-source';
import { ExistingTableOptions } from './existing-table-options';
import { DURATION, FLAG, has, NUMBER, oneOf, required, rule, struct, TEXT } from '../validate/rules';
import { Shape } from '../validate/shape';

const isTable = has('tableArn', 'tableName');
const isSource = has('sourceTable', 'streamArn', 'failureStore');

/** The table whose changes are wanted. */
export const SOURCE = required(rule('a CdcTable, or what CdcTable.fromTable returns', isSource, (value) => {
  if (isTable(value)) return 'Give the CdcTable itself and not its table; make a source of another table by CdcTable.fromTable(scope, id, table)';
  return undefined;
}));

/** A table that becomes a source. */
export const TABLE = required(rule('a table of aws-cdk-lib/aws-dynamodb', isTable, (value) => {
  if (isSource(value)) return 'It is a source of changes already: give it to the subscriber as it is';
  return typeof value === 'string' ? 'Import it by TableV2.fromTableAttributes({ tableName, tableStreamArn })' : undefined;
}));

/** Who is allowed to write. */
export const GRANTEE = required(rule('a grantee, such as a role or a function', has('grantPrincipal')));

const KEY = struct({ name: required(TEXT), type: required(oneOf('AttributeType', dynamodb.AttributeType)) }, (value) => (
  typeof value === 'string' ? `Write { name: '${value}', type: AttributeType.STRING }` : undefined));
const REMOVAL_POLICY = oneOf('RemovalPolicy', RemovalPolicy);
const VIEW_TYPE = oneOf('StreamViewType', dynamodb.StreamViewType);

const SOURCE_OPTIONS: Shape<ChangeSourceOptions> = {
  otherStreamReaders: NUMBER,
  allowSecondReaderOnGlobalTable: FLAG,
  failureRetention: DURATION,
  autoDeleteFailures: FLAG,
};

/** Of what TableV2 takes, only what the library itself reads. */
export const TABLE_PROPS: Shape<ChangeSourceOptions & Pick<CdcTableProps, 'partitionKey' | 'sortKey' | 'removalPolicy' | 'deletionProtection' | 'dynamoStream'>> = {
  ...SOURCE_OPTIONS,
  partitionKey: required(KEY),
  sortKey: KEY,
  removalPolicy: REMOVAL_POLICY,
  deletionProtection: FLAG,
  dynamoStream: VIEW_TYPE,
};

export const EXISTING_TABLE_OPTIONS: Shape<ExistingTableOptions> = {
  ...SOURCE_OPTIONS,
  streamViewType: VIEW_TYPE,
  partitionKey: KEY,
  sortKey: KEY,
  globalTable: FLAG,
  removalPolicy: REMOVAL_POLICY,
};
