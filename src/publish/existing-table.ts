import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ChangeSourceBase } from './change-source-base';
import { ExistingTableOptions } from './existing-table-options';
import { TableFacts, tableFacts } from './table-facts';
import { parseStreamArn } from '../contract/position';
import { invalid } from '../validate/invalid';
import { awaitsLookup, isPlaceholder } from '../validate/placeholders';

const { NEW_AND_OLD_IMAGES } = dynamodb.StreamViewType;

/** The source behind `CdcTable.fromTable`. */
export class ExistingTable extends ChangeSourceBase {
  public readonly streamArn: string;
  public readonly partitionKey?: dynamodb.Attribute;
  public readonly sortKey?: dynamodb.Attribute;
  public readonly encryptionKey?: kms.IKey;
  private readonly options: ExistingTableOptions;

  constructor(scope: Construct, id: string, public readonly sourceTable: dynamodb.ITable, options: ExistingTableOptions) {
    const removalPolicy = options.removalPolicy ?? RemovalPolicy.RETAIN;
    super(scope, id, options, { removalPolicy, deletionProtection: removalPolicy !== RemovalPolicy.DESTROY });
    const facts = tableFacts(sourceTable);
    this.checkViewType(facts, options.streamViewType);
    this.streamArn = this.checkStreamArn(sourceTable.tableStreamArn);
    this.options = options;
    this.partitionKey = options.partitionKey ?? facts?.partitionKey;
    this.sortKey = options.sortKey ?? facts?.sortKey;
    this.encryptionKey = sourceTable.encryptionKey;
  }

  /** @internal */
  protected _isGlobal(): boolean {
    return this.options.globalTable ?? tableFacts(this.sourceTable)?.isGlobal ?? false;
  }

  private checkViewType(facts: TableFacts | undefined, declared: dynamodb.StreamViewType | undefined): void {
    const property = facts ? 'table.streamViewType' : 'streamViewType';
    const remedies = {
      made: 'Give the table a stream: dynamoStream of a TableV2, stream of a Table. Changing the view type makes a new stream',
      imported: 'An import does not show its view type: state what `aws dynamodb describe-table --query Table.StreamSpecification` prints',
    };
    const viewType = facts ? facts.streamViewType : declared;
    // Resolved, a token is an object.
    if (facts && typeof viewType === 'object') return;
    if (viewType !== NEW_AND_OLD_IMAGES) throw invalid(this, property, viewType, NEW_AND_OLD_IMAGES, facts ? remedies.made : remedies.imported);
    if (declared && declared !== NEW_AND_OLD_IMAGES) throw invalid(this, 'streamViewType', declared, NEW_AND_OLD_IMAGES);
  }

  private checkStreamArn(arn: string | undefined): string {
    const allowed = 'the ARN of the table\'s stream';
    const remedy = 'Import the table with TableV2.fromTableAttributes({ tableName, tableStreamArn }); '
      + '`aws dynamodb describe-table --query Table.LatestStreamArn` prints the ARN';
    if (!arn) throw invalid(this, 'table.tableStreamArn', arn, allowed, remedy);
    // Also a part of it may be a placeholder.
    if (isPlaceholder(arn) || (!Token.isUnresolved(arn) && awaitsLookup(this))) return arn;
    // CDK does not know the ARN of a replica's stream, and gives the pattern that its grants use.
    if (Token.isUnresolved(arn) && arn.endsWith('*')) {
      throw invalid(this, 'table.tableStreamArn', 'a pattern, as a replica has it', allowed, `A replica has a stream of its own, in its region. ${remedy}`);
    }
    if (!Token.isUnresolved(arn) && (!parseStreamArn(arn) || arn.endsWith('*'))) throw invalid(this, 'table.tableStreamArn', arn, allowed, remedy);
    return arn;
  }
}
