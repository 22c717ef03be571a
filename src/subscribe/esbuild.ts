import { spawnSync } from 'child_process';
import { Construct } from 'constructs';
import { invalid } from '../validate/invalid';

/** CDK looks for it in the same two places, and falls back to Docker without a word. */
export function checkEsbuild(scope: Construct): void {
  if (!isInstalled() && !isOnPath()) {
    throw invalid(scope, 'handler', 'an entry to bundle, and esbuild is not installed', 'an entry where esbuild is installed',
      'Run `npm install --save-dev esbuild`, or pass built files to ChangeHandler.fromDirectory');
  }
}

function isInstalled(): boolean {
  try {
    require.resolve('esbuild/package.json', { paths: [require.resolve('aws-cdk-lib')] });
    return true;
  } catch {
    return false;
  }
}

function isOnPath(): boolean {
  return spawnSync('esbuild', ['--version'], { timeout: 10_000 }).status === 0;
}
