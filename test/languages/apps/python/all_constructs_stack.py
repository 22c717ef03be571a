"""Every construct of the library, as typescript/all-constructs-stack.ts has it."""

from aws_cdk import Duration, Environment, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from cdk_dynamodb_cdc import (
    AlarmKind,
    AlarmSeverity,
    CdcAlarms,
    CdcDashboard,
    CdcTable,
    ChangeHandler,
    FanOutSubscriberOptions,
    FanOutSubscribers,
    LogLevel,
    LongRunningSubscriber,
    NewerChangePolicy,
    OrderBy,
    PoisonPolicy,
    QueuedSubscriber,
    Relay,
    StreamSubscriber,
)
from constructs import Construct

from every_statement import every_statement, own_pattern, pushed_down


class AllConstructsStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, handlers: str) -> None:
        super().__init__(scope, construct_id, env=Environment(account="111122223333", region="eu-central-1"))
        handler = ChangeHandler.from_directory(handlers, "low-stock.onChange")
        CdcAlarms.of(self, lag_share=0.1, time_to_loss=Duration.hours(2), notify_when_over=True).leave_out(
            alarm=AlarmKind.THROTTLES, reason="The account alarms on throttles of all its functions."
        ).rate(AlarmKind.OUTAGE, AlarmSeverity.CRITICAL)
        self.brokered(handler)
        self.direct(handler)
        self.existing(handler)

    def brokered(self, handler: ChangeHandler) -> None:
        orders = CdcTable(
            self,
            "Orders",
            partition_key=string_key("orderId"),
            sort_key=number_key("line"),
            failure_retention=Duration.days(400),
        )
        Relay.of(orders, batch_size=200)
        notify = FanOutSubscribers(
            self,
            "Notify",
            source=orders,
            subscribers={
                "Push": FanOutSubscriberOptions(
                    handler=handler,
                    filter=pushed_down(),
                    order_by=OrderBy.PARTITION_KEY,
                    queue_retention=Duration.days(7),
                ),
                "sms": FanOutSubscriberOptions(
                    handler=handler, filter=every_statement(), environment={"C": "3", "A": "1", "B": "2"}
                ),
                "e-mail": FanOutSubscriberOptions(handler=handler, max_concurrency=5, max_attempts=3),
            },
        )
        notify.add_subscriber("audit", handler=handler, on_poison=PoisonPolicy.SKIP_RECORD)
        QueuedSubscriber(self, "Search", source=orders, handler=handler, visibility_timeout=Duration.minutes(20))
        LongRunningSubscriber(
            self,
            "Moderate",
            source=orders,
            handler=handler,
            filter=every_statement(),
            timeout=Duration.minutes(1),
            lease=Duration.seconds(30),
            on_newer_change=NewerChangePolicy.SKIP_SUPERSEDED,
        )
        CdcDashboard(self, "Dashboard", source=orders, subscribers=["sms", "Push"], default_interval=Duration.hours(6))

    def direct(self, handler: ChangeHandler) -> None:
        invoices = CdcTable(
            self,
            "Invoices",
            partition_key=string_key("invoiceId"),
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(kms.Key(self, "Key")),
        )
        StreamSubscriber(self, "Pushed", source=invoices, handler=handler, filter=pushed_down())
        raw = lambda_.Function(
            self,
            "Raw",
            runtime=lambda_.Runtime.NODEJS_24_X,
            handler="index.handler",
            code=lambda_.Code.from_inline("exports.handler = async () => ({});"),
        )
        StreamSubscriber(
            self,
            "Own",
            source=invoices,
            handler=ChangeHandler.from_function(raw, report_batch_item_failures=True, retry_attempts=5),
            filter=own_pattern(),
        )

    def existing(self, handler: ChangeHandler) -> None:
        legacy = dynamodb.TableV2.from_table_attributes(
            self,
            "Legacy",
            table_arn="arn:aws:dynamodb:eu-central-1:111122223333:table/legacy",
            table_stream_arn="arn:aws:dynamodb:eu-central-1:111122223333:table/legacy/stream/2026-11-23T00:00:00.000",
        )
        StreamSubscriber(
            self,
            "FromLegacy",
            source=CdcTable.from_table(
                self,
                "LegacySource",
                legacy,
                stream_view_type=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
                partition_key=string_key("orderId"),
                sort_key=number_key("line"),
            ),
            handler=handler,
            filter=every_statement(),
            max_filter_patterns=10,
            batch_size=50,
            max_batching_window=Duration.seconds(5),
            parallelization_factor=2,
            max_record_age=Duration.hours(6),
            log_level=LogLevel.WARN,
        )


def string_key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def number_key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.NUMBER)
