package allconstructs;

import io.github.cdkdynamodbcdc.AlarmKind;
import io.github.cdkdynamodbcdc.AlarmOptOut;
import io.github.cdkdynamodbcdc.AlarmSeverity;
import io.github.cdkdynamodbcdc.CdcAlarms;
import io.github.cdkdynamodbcdc.CdcAlarmsProps;
import io.github.cdkdynamodbcdc.CdcDashboard;
import io.github.cdkdynamodbcdc.CdcTable;
import io.github.cdkdynamodbcdc.ChangeHandler;
import io.github.cdkdynamodbcdc.ExistingTableOptions;
import io.github.cdkdynamodbcdc.FanOutSubscriberOptions;
import io.github.cdkdynamodbcdc.FanOutSubscribers;
import io.github.cdkdynamodbcdc.FunctionHandlerOptions;
import io.github.cdkdynamodbcdc.LogLevel;
import io.github.cdkdynamodbcdc.LongRunningSubscriber;
import io.github.cdkdynamodbcdc.NewerChangePolicy;
import io.github.cdkdynamodbcdc.OrderBy;
import io.github.cdkdynamodbcdc.PoisonPolicy;
import io.github.cdkdynamodbcdc.QueuedSubscriber;
import io.github.cdkdynamodbcdc.Relay;
import io.github.cdkdynamodbcdc.RelayOptions;
import io.github.cdkdynamodbcdc.StreamSubscriber;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.TableAttributesV2;
import software.amazon.awscdk.services.dynamodb.TableEncryptionV2;
import software.amazon.awscdk.services.dynamodb.TableV2;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.constructs.Construct;

/** Every construct of the library, as typescript/all-constructs-stack.ts has it. */
public final class AllConstructsStack extends Stack {
  public AllConstructsStack(final Construct scope, final String id, final String handlers) {
    super(scope, id, StackProps.builder().env(Environment.builder().account("111122223333").region("eu-central-1").build()).build());
    final ChangeHandler handler = ChangeHandler.fromDirectory(handlers, "low-stock.onChange");
    CdcAlarms.of(this, CdcAlarmsProps.builder().lagShare(0.1).timeToLoss(Duration.hours(2)).notifyWhenOver(true).build())
        .leaveOut(AlarmOptOut.builder().alarm(AlarmKind.THROTTLES).reason("The account alarms on throttles of all its functions.").build())
        .rate(AlarmKind.OUTAGE, AlarmSeverity.CRITICAL);
    brokered(handler);
    direct(handler);
    existing(handler);
  }

  /** The maps are those without an order. */
  private void brokered(final ChangeHandler handler) {
    final CdcTable orders = CdcTable.Builder.create(this, "Orders")
        .partitionKey(key("orderId", AttributeType.STRING))
        .sortKey(key("line", AttributeType.NUMBER))
        .failureRetention(Duration.days(400))
        .build();
    Relay.of(orders, RelayOptions.builder().batchSize(200).build());
    final FanOutSubscribers notify = FanOutSubscribers.Builder.create(this, "Notify")
        .source(orders)
        .subscribers(Map.of(
            "sms", FanOutSubscriberOptions.builder()
                .handler(handler).filter(EveryStatement.everyStatement()).environment(Map.of("A", "1", "B", "2", "C", "3")).build(),
            "e-mail", FanOutSubscriberOptions.builder().handler(handler).maxConcurrency(5).maxAttempts(3).build(),
            "Push", FanOutSubscriberOptions.builder()
                .handler(handler).filter(EveryStatement.pushedDown()).orderBy(OrderBy.PARTITION_KEY).queueRetention(Duration.days(7)).build()))
        .build();
    notify.addSubscriber("audit", FanOutSubscriberOptions.builder().handler(handler).onPoison(PoisonPolicy.SKIP_RECORD).build());
    QueuedSubscriber.Builder.create(this, "Search").source(orders).handler(handler).visibilityTimeout(Duration.minutes(20)).build();
    LongRunningSubscriber.Builder.create(this, "Moderate")
        .source(orders)
        .handler(handler)
        .filter(EveryStatement.everyStatement())
        .timeout(Duration.minutes(1))
        .lease(Duration.seconds(30))
        .onNewerChange(NewerChangePolicy.SKIP_SUPERSEDED)
        .build();
    CdcDashboard.Builder.create(this, "Dashboard")
        .source(orders)
        .subscribers(List.of("sms", "Push"))
        .defaultInterval(Duration.hours(6))
        .build();
  }

  private void direct(final ChangeHandler handler) {
    final CdcTable invoices = CdcTable.Builder.create(this, "Invoices")
        .partitionKey(key("invoiceId", AttributeType.STRING))
        .encryption(TableEncryptionV2.customerManagedKey(new Key(this, "Key")))
        .build();
    StreamSubscriber.Builder.create(this, "Pushed").source(invoices).handler(handler).filter(EveryStatement.pushedDown()).build();
    final Function raw = Function.Builder.create(this, "Raw")
        .runtime(Runtime.NODEJS_24_X)
        .handler("index.handler")
        .code(Code.fromInline("exports.handler = async () => ({});"))
        .build();
    StreamSubscriber.Builder.create(this, "Own")
        .source(invoices)
        .handler(ChangeHandler.fromFunction(raw, FunctionHandlerOptions.builder().reportBatchItemFailures(true).retryAttempts(5).build()))
        .filter(EveryStatement.ownPattern())
        .build();
  }

  private void existing(final ChangeHandler handler) {
    final ITable legacy = TableV2.fromTableAttributes(this, "Legacy", TableAttributesV2.builder()
        .tableArn("arn:aws:dynamodb:eu-central-1:111122223333:table/legacy")
        .tableStreamArn("arn:aws:dynamodb:eu-central-1:111122223333:table/legacy/stream/2026-11-23T00:00:00.000")
        .build());
    StreamSubscriber.Builder.create(this, "FromLegacy")
        .source(CdcTable.fromTable(this, "LegacySource", legacy, ExistingTableOptions.builder()
            .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
            .partitionKey(key("orderId", AttributeType.STRING))
            .sortKey(key("line", AttributeType.NUMBER))
            .build()))
        .handler(handler)
        .filter(EveryStatement.everyStatement())
        .maxFilterPatterns(10)
        .batchSize(50)
        .maxBatchingWindow(Duration.seconds(5))
        .parallelizationFactor(2)
        .maxRecordAge(Duration.hours(6))
        .logLevel(LogLevel.WARN)
        .build();
  }

  private static Attribute key(final String name, final AttributeType type) {
    return Attribute.builder().name(name).type(type).build();
  }
}
