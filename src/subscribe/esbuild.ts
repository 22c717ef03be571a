import { spawnSync } from 'child_process';
import { Construct } from 'constructs';
import { invalid } from '../validate/invalid';

/** The two places where CDK looks for esbuild, before it falls back to Docker without a word. */
export const ESBUILD = {
  isInstalled(): boolean {
    try {
      require.resolve('esbuild/package.json', { paths: [require.resolve('aws-cdk-lib')] });
      return true;
    } catch {
      return false;
    }
  },
  isOnPath(): boolean {
    return spawnSync('esbuild', ['--version'], { timeout: 10_000 }).status === 0;
  },
};

export function checkEsbuild(scope: Construct): void {
  if (ESBUILD.isInstalled() || ESBUILD.isOnPath()) return;
  throw invalid(scope, 'handler', 'an entry to bundle, and esbuild is not installed', 'an entry where esbuild is installed',
    'Run `npm install --save-dev esbuild`, or pass built files to ChangeHandler.fromDirectory');
}
