from aws_cdk import App

from inventory_stack import InventoryStack

app = App()
InventoryStack(
    app,
    "Inventory",
    notices_url=app.node.try_get_context("noticesUrl") or "https://purchasing.example.com/notices",
    built_handlers=app.node.get_context("builtHandlers"),
    for_demo=app.node.try_get_context("forDemo") == "true",
)
app.synth()
