import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { apps } from './apps';

test.each([['AwsSolutions', AwsSolutionsChecks], ['Serverless', ServerlessChecks]])('%s finds nothing in any example', (_name, Checks) => {
  expect(apps().length).toBeGreaterThan(1);
  for (const app of apps()) {
    const { violations } = new Checks(app).validateScope(app);
    const findings = violations.flatMap(({ ruleName, violatingResources }) => violatingResources
      .map(({ constructPath }) => `${constructPath} ${ruleName}`));
    expect(findings).toEqual([]);
  }
});
