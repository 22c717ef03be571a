import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const RUNBOOK = resolve(__dirname, '../../docs/runbook.md');
const CLI = 'npx cdk-dynamodb-cdc ';

export interface RunbookSection {
  readonly name: string;
  readonly text: string;
  /** As they are typed, after "First look" or "Resolution". */
  readonly firstLook: readonly string[];
  readonly resolution: readonly string[];
}

export function runbookSections(): RunbookSection[] {
  const [, ...parts] = readFileSync(RUNBOOK, 'utf8').split(/^## /m);
  return parts.map((part) => {
    const [name, ...lines] = part.split('\n');
    const text = lines.join('\n');
    const [before, after = ''] = text.split('**Resolution.**');
    return { name, text, firstLook: commandsIn(before), resolution: commandsIn(after) };
  });
}

/** Lines of console blocks. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split('\n'));
}

/** Arguments of the library's own command as a shell would hand them over; undefined for other programs. */
export function argumentsOf(command: string, values: Readonly<Record<string, string>>): string[] | undefined {
  if (!command.startsWith(CLI)) return undefined;
  return command.slice(CLI.length).split(' ').map((word) => values[word] ?? word);
}
