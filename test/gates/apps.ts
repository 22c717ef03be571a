import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { examples } from '../../scripts/verify/examples';

/** The app of each example, made but not synthesized. */
export function apps(): App[] {
  return examples().map((name) => jest.requireActual<{ app: App }>(resolve('examples', name, 'app.ts')).app);
}
