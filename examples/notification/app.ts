import { App } from 'aws-cdk-lib';
import { NotificationStack } from './notification-stack';

export const app = new App();
new NotificationStack(app, 'Notification', {
  providersUrl: app.node.tryGetContext('providersUrl') ?? 'https://providers.example.com',
  smtpAddress: app.node.tryGetContext('smtpAddress') ?? 'smtp.example.com:587',
  forDemo: app.node.tryGetContext('forDemo') === 'true',
});
