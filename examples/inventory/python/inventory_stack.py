"""The inventory example in Python; it makes the same template as the one in TypeScript."""

from typing import Optional

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from cdk_dynamodb_cdc import CdcTable, ChangeHandler, OrderBy, StreamSubscriber
from constructs import Construct


class InventoryStack(Stack):
    """Warehouses write stock movements; availability per product is kept exact; purchasing hears of low stock."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        notices_url: str,
        built_handlers: str,
        for_demo: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        removal_policy = RemovalPolicy.DESTROY if for_demo else RemovalPolicy.RETAIN
        max_attempts: Optional[int] = 3 if for_demo else None
        attempt_span = Duration.seconds(3) if for_demo else None
        product_id = dynamodb.Attribute(name="productId", type=dynamodb.AttributeType.STRING)

        movements = CdcTable(
            self,
            "Movements",
            partition_key=product_id,
            sort_key=dynamodb.Attribute(name="movementId", type=dynamodb.AttributeType.STRING),
            removal_policy=removal_policy,
        )
        availability = CdcTable(self, "Availability", partition_key=product_id, removal_policy=removal_policy)

        environment = {"AVAILABILITY_TABLE": availability.table.table_name}
        if for_demo:
            environment["KEEP_HISTORY"] = "true"
        keep_availability = StreamSubscriber(
            self,
            "KeepAvailability",
            source=movements,
            handler=ChangeHandler.from_directory(built_handlers, "availability.onChange"),
            # Movements of one product change one row: in order, they never collide.
            order_by=OrderBy.PARTITION_KEY,
            environment=environment,
            max_attempts=max_attempts,
            attempt_span=attempt_span,
        )
        availability.table.grant_write_data(keep_availability)

        StreamSubscriber(
            self,
            "NoticeLowStock",
            source=availability,
            handler=ChangeHandler.from_directory(built_handlers, "low-stock.onChange"),
            environment={"NOTICES_URL": notices_url, "REORDER_POINT": "20"},
            max_attempts=max_attempts,
            attempt_span=attempt_span,
        )

        CfnOutput(self, "MovementsTable", value=movements.table.table_name)
        CfnOutput(self, "AvailabilityTable", value=availability.table.table_name)
        CfnOutput(self, "FailureBucket", value=movements.failure_store.bucket.bucket_name)
