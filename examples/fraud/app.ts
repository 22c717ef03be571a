import { App } from 'aws-cdk-lib';
import { FraudStack } from './fraud-stack';

export const app = new App();
new FraudStack(app, 'Fraud', {
  alertsUrl: app.node.tryGetContext('alertsUrl') ?? 'https://alerts.example.com/fraud',
  forDemo: app.node.tryGetContext('forDemo') === 'true',
});
