import { App } from 'aws-cdk-lib';
import { InventoryStack } from './inventory-stack';

export const app = new App();
new InventoryStack(app, 'Inventory', {
  noticesUrl: app.node.tryGetContext('noticesUrl') ?? 'https://purchasing.example.com/notices',
  handlers: app.node.tryGetContext('handlers'),
  builtHandlers: app.node.tryGetContext('builtHandlers'),
  forDemo: app.node.tryGetContext('forDemo') === 'true',
});
