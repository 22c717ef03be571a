import { App } from 'aws-cdk-lib';
import { AllConstructsStack } from './all-constructs-stack';
import { InventoryStack } from '../../../../examples/inventory/inventory-stack';

const app = new App();
const handlers = app.node.getContext('builtHandlers') as string;
new InventoryStack(app, 'Inventory', { noticesUrl: 'https://purchasing.example.com/notices', builtHandlers: handlers });
new AllConstructsStack(app, 'AllConstructs', handlers);
app.synth();
