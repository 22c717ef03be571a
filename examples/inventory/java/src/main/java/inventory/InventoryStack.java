package inventory;

import io.github.cdkdynamodbcdc.CdcTable;
import io.github.cdkdynamodbcdc.ChangeHandler;
import io.github.cdkdynamodbcdc.OrderBy;
import io.github.cdkdynamodbcdc.StreamSubscriber;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.constructs.Construct;

/** Warehouses write stock movements; availability per product is kept exact; purchasing hears of low stock. */
public final class InventoryStack extends Stack {
  public InventoryStack(final Construct scope, final String id, final InventorySettings settings) {
    super(scope, id);
    final RemovalPolicy removalPolicy = settings.forDemo() ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    final Integer maxAttempts = settings.forDemo() ? 3 : null;
    final Duration attemptSpan = settings.forDemo() ? Duration.seconds(3) : null;

    final CdcTable movements = CdcTable.Builder.create(this, "Movements")
        .partitionKey(stringKey("productId"))
        .sortKey(stringKey("movementId"))
        .removalPolicy(removalPolicy)
        .build();
    final CdcTable availability = CdcTable.Builder.create(this, "Availability")
        .partitionKey(stringKey("productId"))
        .removalPolicy(removalPolicy)
        .build();

    final Map<String, String> environment = new LinkedHashMap<>();
    environment.put("AVAILABILITY_TABLE", availability.getTable().getTableName());
    if (settings.forDemo()) {
      environment.put("KEEP_HISTORY", "true");
    }
    final StreamSubscriber keepAvailability = StreamSubscriber.Builder.create(this, "KeepAvailability")
        .source(movements)
        .handler(ChangeHandler.fromDirectory(settings.builtHandlers(), "availability.onChange"))
        // Movements of one product change one row: in order, they never collide.
        .orderBy(OrderBy.PARTITION_KEY)
        .environment(environment)
        .maxAttempts(maxAttempts)
        .attemptSpan(attemptSpan)
        .build();
    availability.getTable().grantWriteData(keepAvailability);

    StreamSubscriber.Builder.create(this, "NoticeLowStock")
        .source(availability)
        .handler(ChangeHandler.fromDirectory(settings.builtHandlers(), "low-stock.onChange"))
        .environment(Map.of("NOTICES_URL", settings.noticesUrl(), "REORDER_POINT", "20"))
        .maxAttempts(maxAttempts)
        .attemptSpan(attemptSpan)
        .build();

    CfnOutput.Builder.create(this, "MovementsTable").value(movements.getTable().getTableName()).build();
    CfnOutput.Builder.create(this, "AvailabilityTable").value(availability.getTable().getTableName()).build();
    CfnOutput.Builder.create(this, "FailureBucket").value(movements.getFailureStore().getBucket().getBucketName()).build();
  }

  private static Attribute stringKey(final String name) {
    return Attribute.builder().name(name).type(AttributeType.STRING).build();
  }
}
