import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import * as limits from '../../src/contract/limits';

const PAGES = [
  'README.md', 'CONTRIBUTING.md', 'examples/README.md',
  ...['docs', 'docs/adr'].flatMap((directory) => readdirSync(directory).filter((name) => name.endsWith('.md')).map((name) => join(directory, name))),
];

const prose = (page: string) => readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');

/** As GitHub makes them of headings. */
const anchors = (page: string) => [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));

function isDead(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
}

test.each(PAGES)('links of %s lead somewhere', (page) => {
  const links = [...prose(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link).filter((link) => !link.startsWith('https://'));
  expect(links.filter((link) => isDead(page, link))).toEqual([]);
});

test.each(PAGES)('files of this repository that %s names are there', (page) => {
  const files = [...prose(page).matchAll(/`((?:test|scripts|docs|bench|projenrc|src\/(?:contract|runtime|local))\/[\w./-]+)`/g)].map(([, file]) => file);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

test('every limit stands in the page that gives its source', () => {
  const page = readFileSync('docs/limits.md', 'utf8');
  expect(Object.keys(limits).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('every decision is listed, under its own title', () => {
  const index = readFileSync('docs/adr/README.md', 'utf8');
  const decisions = readdirSync('docs/adr').filter((name) => /^\d{4}-/.test(name));
  const rows = decisions.map((name) => `| [${name.slice(0, 4)}](${name}) | ${/^# \d{4}: (.+)$/m.exec(readFileSync(join('docs/adr', name), 'utf8'))![1]}`);
  expect(rows.filter((row) => !index.includes(row))).toEqual([]);
});
