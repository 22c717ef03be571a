import { CfnOutput, Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { CdcTable, ChangeHandler, OrderBy, StreamSubscriber } from 'cdk-dynamodb-cdc';

export interface InventoryStackProps extends StackProps {
  /** Where low-stock notices are posted. */
  readonly noticesUrl: string;
  /** Directory the handlers' sources are in. @default - the example's own */
  readonly handlers?: string;
  /** Directory of handlers that are built already, as apps in other languages need it. @default - the sources are bundled at synth */
  readonly builtHandlers?: string;
  /** Tables go with the stack, attempts follow each other quickly, and committed movements are kept in order as evidence. */
  readonly forDemo?: boolean;
}

/** Warehouses write stock movements; availability per product is kept exact; purchasing hears of low stock. */
export class InventoryStack extends Stack {
  constructor(scope: Construct, id: string, props: InventoryStackProps) {
    super(scope, id, props);
    const forDemo = props.forDemo ?? false;
    const handler = (name: string) => props.builtHandlers === undefined
      ? ChangeHandler.fromEntry(`${props.handlers ?? `${__dirname}/handlers`}/${name}.ts`)
      : ChangeHandler.fromDirectory(props.builtHandlers, `${name}.onChange`);
    const removalPolicy = forDemo ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const attempts = forDemo ? { maxAttempts: 3, attemptSpan: Duration.seconds(3) } : {};

    const movements = new CdcTable(this, 'Movements', {
      partitionKey: { name: 'productId', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'movementId', type: dynamodb.AttributeType.STRING },
      removalPolicy,
    });
    const availability = new CdcTable(this, 'Availability', {
      partitionKey: { name: 'productId', type: dynamodb.AttributeType.STRING },
      removalPolicy,
    });

    const keepAvailability = new StreamSubscriber(this, 'KeepAvailability', {
      source: movements,
      handler: handler('availability'),
      // Movements of one product change one row: in order, they never collide.
      orderBy: OrderBy.PARTITION_KEY,
      environment: { AVAILABILITY_TABLE: availability.table.tableName, ...(forDemo && { KEEP_HISTORY: 'true' }) },
      ...attempts,
    });
    availability.table.grantWriteData(keepAvailability);

    new StreamSubscriber(this, 'NoticeLowStock', {
      source: availability,
      handler: handler('low-stock'),
      environment: { NOTICES_URL: props.noticesUrl, REORDER_POINT: '20' },
      ...attempts,
    });

    new CfnOutput(this, 'MovementsTable', { value: movements.table.tableName });
    new CfnOutput(this, 'AvailabilityTable', { value: availability.table.tableName });
    new CfnOutput(this, 'FailureBucket', { value: movements.failureStore.bucket.bucketName });
  }
}
