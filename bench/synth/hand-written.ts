import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';

/** The same resources as an expert would write them down, once, in CDK's own constructs; nothing is checked. */
export function addSubscriber(stack: Stack, name: string, directory: string): void {
  const table = new dynamodb.TableV2(stack, `${name}Table`, {
    partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
    dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
  });
  const ledger = new dynamodb.Table(stack, `${name}Ledger`, {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'exp',
    encryption: dynamodb.TableEncryption.AWS_MANAGED,
    deletionProtection: true,
  });
  const failures = new s3.Bucket(stack, `${name}Failures`, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{
      expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1),
    }],
  });
  const logGroup = new logs.LogGroup(stack, `${name}Logs`, { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
  const role = new iam.Role(stack, `${name}Role`, {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Subscriber: policy(stack, name, table, ledger, failures, logGroup) },
  });
  const fn = new lambda.Function(stack, name, {
    role,
    logGroup,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'cdk-dynamodb-cdc-bootstrap.handler',
    code: lambda.Code.fromAsset(directory),
    memorySize: 512,
    timeout: Duration.minutes(5),
    environment: { CDC_SETTINGS: JSON.stringify({ subscriber: name }), CDC_LEDGER_TABLE: ledger.tableName, CDC_FAILURE_BUCKET: failures.bucketName },
  });
  const mapping = new lambda.EventSourceMapping(stack, `${name}Mapping`, {
    target: fn,
    eventSourceArn: table.tableStreamArn,
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 1,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: -1,
    maxRecordAge: Duration.hours(12),
    maxBatchingWindow: Duration.seconds(0),
    onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
  });
  addAlarms(stack, name, table, fn, mapping);
}

function policy(
  stack: Stack, name: string, table: dynamodb.TableV2, ledger: dynamodb.Table, failures: s3.Bucket, logGroup: logs.LogGroup,
): iam.PolicyDocument {
  const conditions = { StringEquals: { 's3:ResourceAccount': stack.account } };
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        resources: [table.tableStreamArn!],
      }),
      new iam.PolicyStatement({
        actions: ['s3:PutObject'], resources: [failures.arnForObjects(`changes/${name}/*`), failures.arnForObjects('aws/lambda/*')], conditions,
      }),
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [failures.bucketArn], conditions }),
      new iam.PolicyStatement({
        actions: [
          'dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:GetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate',
          'dynamodb:PutItem', 'dynamodb:UpdateItem',
        ],
        resources: [ledger.tableArn],
      }),
      new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
    ],
  });
}

function addAlarms(stack: Stack, name: string, table: dynamodb.TableV2, fn: lambda.Function, mapping: lambda.EventSourceMapping): void {
  const options = { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5) };
  const own = (metricName: string) => new cloudwatch.Metric({
    namespace: 'CdkDynamodbCdc', metricName, dimensionsMap: { Table: table.tableName, Subscriber: name }, ...options,
  });
  const ofMapping = (metricName: string) => new cloudwatch.Metric({
    namespace: 'AWS/Lambda', metricName, dimensionsMap: { EventSourceMappingUUID: mapping.eventSourceMappingId }, ...options,
  });
  const sum = (a: cloudwatch.Metric, b: cloudwatch.Metric) => new cloudwatch.MathExpression({
    expression: 'FILL(a, 0) + FILL(b, 0)', usingMetrics: { a, b }, period: options.period,
  });
  const alarm = (id: string, metric: cloudwatch.IMetric, periods: number, points: number, threshold = 1) => new cloudwatch.Alarm(stack, `${name}${id}`, {
    alarmDescription: `Subscriber ${name}: ${id}`,
    metric,
    threshold,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    evaluationPeriods: periods,
    datapointsToAlarm: points,
  });
  alarm('Lag', fn.metric('IteratorAge', { ...options, statistic: cloudwatch.Stats.MAXIMUM }), 1, 1, Duration.hours(1).toMilliseconds());
  alarm('Stored', sum(own('StoredChanges'), ofMapping('OnFailureDestinationDeliveredEventCount')), 1, 1);
  alarm('Dropped', sum(ofMapping('DroppedEventCount'), fn.metric('DestinationDeliveryFailures', options)), 1, 1);
  alarm('Errors', fn.metric('Errors', options), 3, 2);
  alarm('Throttles', fn.metric('Throttles', options), 3, 2);
  alarm('Outage', own('Outage'), 3, 2);
}
