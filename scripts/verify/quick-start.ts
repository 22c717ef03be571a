import { readFileSync } from 'node:fs';
import { lastLines } from './command';
import { StepResult, together } from './step';
import { follow } from '../quick-start/follow';
import { readQuickStart } from '../quick-start/read-readme';

const LANGUAGES = [['TypeScript'], ['Python and Java', 'Python'], ['Python and Java', 'Java']];

/** Follows the README from an empty directory, once in each language. */
export async function runQuickStarts(): Promise<StepResult> {
  const readme = readFileSync('README.md', 'utf8');
  const results: StepResult[] = [];
  for (const headings of LANGUAGES) {
    const name = headings[headings.length - 1];
    const { succeeded, seconds, output } = await follow(readQuickStart(readme, ...headings));
    console.log(`  ${name}: ${succeeded ? 'runs' : 'fails'} after ${seconds.toFixed(0)} s`);
    results.push(succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, details: `${name}: ${lastLines(output)}` });
  }
  return together(results);
}
