import { App } from 'aws-cdk-lib';
import { ModerationStack } from './moderation-stack';

export const app = new App();
new ModerationStack(app, 'Moderation', {
  modelUrl: app.node.tryGetContext('modelUrl'),
  handlers: app.node.tryGetContext('handlers'),
  onNewerChange: app.node.tryGetContext('onNewerChange'),
  forDemo: app.node.tryGetContext('forDemo') === 'true',
});
