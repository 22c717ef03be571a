from aws_cdk import App
from inventory_stack import InventoryStack

from all_constructs_stack import AllConstructsStack

app = App()
handlers = app.node.get_context("builtHandlers")
InventoryStack(app, "Inventory", notices_url="https://purchasing.example.com/notices", built_handlers=handlers)
AllConstructsStack(app, "AllConstructs", handlers)
app.synth()
