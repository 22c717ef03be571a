/** What one language's quick start in the README tells a reader to do. */
export interface QuickStart {
  /** Contents by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** Shell commands, in order. */
  readonly commands: string;
}

const SECTION = 'Quick start';
const HEADING = /^(#{2,4}) (.+)$/;
const FENCE = /^```(\w*)/;
/** A sentence that introduces a file ends with its name. */
const INTRODUCES_FILE = /`([^`]+)`:$/;

interface Block {
  /** Headings above it, outermost first. */
  readonly headings: readonly string[];
  readonly language: string;
  readonly file?: string;
  readonly text: string;
}

/** Takes the blocks below the language's heading and those that stand before the languages of a common heading. */
export function readQuickStart(readme: string, ...headings: string[]): QuickStart {
  const blocks = readBlocks(readme).filter((block) => block.headings.every((heading, depth) => heading === [SECTION, ...headings][depth]));
  const files = new Map(blocks.flatMap(({ file, text }) => file ? [[file, text] as const] : []));
  const commands = blocks.filter(({ language }) => language === 'console').map(({ text }) => text).join('');
  if (files.size === 0 || commands === '') throw new Error(`the README's quick start for ${headings.join(', ')} has no files or no commands`);
  return { files, commands };
}

function readBlocks(readme: string): Block[] {
  const blocks: Block[] = [];
  let headings: string[] = [];
  let introduction = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const line of readme.split('\n')) {
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (open && fence) {
      blocks.push({ headings, language: open.language, file: INTRODUCES_FILE.exec(introduction)?.[1], text: `${open.lines.join('\n')}\n` });
      introduction = '';
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (fence) {
      open = { language: fence[1], lines: [] };
    } else if (heading) {
      headings = [...headings.slice(0, heading[1].length - 2), heading[2]];
    } else if (line !== '') {
      introduction = line;
    }
  }
  return blocks.filter((block) => block.headings[0] === SECTION);
}
