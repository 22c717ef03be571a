import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as ts from 'typescript';

/** Functions that the pages show. Their CDK code is compiled and translated by rosetta, which knows nothing of the runtime. */
const SNIPPETS = ['README.md', 'docs/changes.md'].flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/```mts\n([\s\S]*?)```/g)]).map(([, code]) => code);

function complaints(code: string): string[] {
  const { config } = ts.readConfigFile('tsconfig.dev.json', (file) => readFileSync(file, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  const file = resolve('test/docs/snippet.ts');
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => (name === file ? ts.createSourceFile(name, code, ts.ScriptTarget.Latest) : getSourceFile(name, ...rest));
  const program = ts.createProgram([file], { ...options, noEmit: true, skipLibCheck: true }, host);
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('there are some', () => {
  expect(SNIPPETS.length).toBeGreaterThan(1);
});

test.each(SNIPPETS.map((code, index) => [index + 1, code] as const))('function %i compiles', (_number, code) => {
  expect(complaints(code)).toEqual([]);
});

test('one with a mistake would be found', () => {
  expect(complaints(SNIPPETS[0].replace('change.newImage.amount', 'change.newImage.amonut'))).toEqual([expect.stringContaining('amonut')]);
});
