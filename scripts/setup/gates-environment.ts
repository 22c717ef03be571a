import { ensurePythonEnvironment } from './python-environment';

/** The checkers are large (400 MB), so they are installed once. Returns the directory of their programs. */
export function ensureGates(): Promise<string> {
  return ensurePythonEnvironment({ name: 'gates', packages: ['checkov==3.3.30', 'cfn-lint==1.58.0', 'cfn_lint_serverless==0.3.6'], minutes: 8 });
}
