import { Annotations, ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Attr, CdcTable, ChangeFilter, ChangeHandler, LongRunningSubscriber, NewerChangePolicy } from 'cdk-dynamodb-cdc';

export interface ModerationStackProps extends StackProps {
  /**
   * The model that judges, as Amazon Bedrock names it.
   *
   * @default amazon.nova-lite-v1:0
   */
  readonly modelId?: string;

  /**
   * A server that speaks Bedrock's Converse API.
   *
   * @default - Amazon Bedrock itself
   */
  readonly modelUrl?: string;

  /**
   * Directory of the handlers.
   *
   * @default - the example's own
   */
  readonly handlers?: string;

  /**
   * What becomes of a text that is edited before it was judged.
   *
   * @default NewerChangePolicy.SKIP_SUPERSEDED - nobody needs a verdict on it
   */
  readonly onNewerChange?: NewerChangePolicy;

  /** Tables go with the stack, and a minute passes in a second. */
  readonly forDemo?: boolean;
}

/** Neighbours write and edit posts; a language model judges each text, however long it takes, and what it rejects is hidden. */
export class ModerationStack extends Stack {
  constructor(scope: Construct, id: string, props: ModerationStackProps) {
    super(scope, id, props);
    const forDemo = props.forDemo ?? false;
    const removalPolicy = forDemo ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const modelId = props.modelId ?? 'amazon.nova-lite-v1:0';
    const postId = { name: 'postId', type: dynamodb.AttributeType.STRING };
    const table = { billing: dynamodb.Billing.onDemand(), pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, removalPolicy };

    const posts = new CdcTable(this, 'Posts', { partitionKey: postId, removalPolicy });
    const decisions = new dynamodb.TableV2(this, 'Decisions', {
      partitionKey: postId, sortKey: { name: 'revision', type: dynamodb.AttributeType.NUMBER }, ...table,
    });
    // What a person has to look at: a row for each post whose text is unclear.
    const reviews = new dynamodb.TableV2(this, 'Reviews', { partitionKey: postId, ...table });

    const moderate = new LongRunningSubscriber(this, 'Moderate', {
      source: posts,
      handler: ChangeHandler.fromEntry(`${props.handlers ?? `${__dirname}/handlers`}/moderate.ts`),
      // A verdict changes the post too, but not its text.
      filter: ChangeFilter.allOf(Attr.text('text').exists(), Attr.text('text').changed()),
      onNewerChange: props.onNewerChange ?? NewerChangePolicy.SKIP_SUPERSEDED,
      // More calls at once than the provider's quota allows would only be throttled.
      maxConcurrency: 10,
      timeout: forDemo ? Duration.seconds(3) : Duration.minutes(3),
      ...(forDemo && { lease: Duration.seconds(10), maxAttempts: 3, attemptSpan: Duration.seconds(2) }),
      environment: {
        MODEL_ID: modelId,
        POSTS_TABLE: posts.table.tableName,
        DECISIONS_TABLE: decisions.tableName,
        REVIEWS_TABLE: reviews.tableName,
        ...(props.modelUrl && { MODEL_URL: props.modelUrl }),
      },
    });
    posts.table.grant(moderate, 'dynamodb:UpdateItem');
    decisions.grant(moderate, 'dynamodb:PutItem');
    reviews.grant(moderate, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    if (!props.modelUrl) moderate.grantPrincipal.addToPrincipalPolicy(this.invokeModel(modelId));
    Annotations.of(moderate).acknowledgeWarning('cdk-dynamodb-cdc:writesToItsOwnTable', 'Its filter wants changes of the text only, and it writes none.');

    new CfnOutput(this, 'PostsTable', { value: posts.table.tableName });
    new CfnOutput(this, 'DecisionsTable', { value: decisions.tableName });
    new CfnOutput(this, 'ReviewsTable', { value: reviews.tableName });
    new CfnOutput(this, 'FailureBucket', { value: posts.failureStore.bucket.bucketName });
  }

  private invokeModel(modelId: string): iam.PolicyStatement {
    const model = { service: 'bedrock', account: '', resource: 'foundation-model', resourceName: modelId, arnFormat: ArnFormat.SLASH_RESOURCE_NAME };
    return new iam.PolicyStatement({ sid: 'AskModel', actions: ['bedrock:InvokeModel'], resources: [this.formatArn(model)] });
  }
}
