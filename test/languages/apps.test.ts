import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is compared says something of the public surface only as far as the apps use it. */

interface Type { readonly name: string; readonly methods?: readonly { readonly name: string; readonly protected?: boolean }[] }

const types = Object.values((JSON.parse(readFileSync('.jsii', 'utf8')) as { types: Record<string, Type> }).types);
const statements = types.filter(({ name }) => /^(Attr|ChangeFilter)|Attribute$/.test(name)).flatMap(({ methods = [] }) => methods)
  .flatMap(({ name, protected: hidden }) => hidden || ['explain', 'toJSON'].includes(name) ? [] : name);
const constructs = types.flatMap(({ name }) => /Subscribers?$|^Cdc(?!.*Props$)/.test(name) ? name : []);

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test('the statements and constructs are found at all', () => {
  expect(statements.length).toBeGreaterThan(80);
  expect(constructs).toEqual(expect.arrayContaining(['CdcTable', 'StreamSubscriber', 'FanOutSubscribers', 'QueuedSubscriber', 'CdcAlarms']));
});

describe.each([
  ['typescript', 'typescript', (name: string) => name],
  ['python', 'python', snake],
  ['java', 'java/src/main/java/allconstructs', (name: string) => name],
])('the app in %s', (_, directory, spelling) => {
  const path = join('test/languages/apps', directory);
  const source = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(path, name), 'utf8')).join('\n');

  test('makes every statement that a filter can make', () => {
    expect(statements.filter((name) => !source.includes(`.${spelling(name)}(`))).toEqual([]);
  });

  test('has every construct', () => {
    expect(constructs.filter((name) => !source.includes(name))).toEqual([]);
  });
});
