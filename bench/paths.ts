import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');
/** What a run makes: bundles, synthesized apps, peers installed on demand. Not committed. */
export const BUILD = join(ROOT, '.verify/bench');
/** Where Solutions Constructs is installed. */
export const SOLUTIONS = join(BUILD, 'solutions');
