import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../../src/local/cli/program';
import { packageVersion } from '../../../src/local/cli/version';

test('the version is that of the package the command is part of, wherever in it', () => {
  // GIVEN
  const root = mkdtempSync(join(tmpdir(), 'cdc-version-'));
  const deep = join(root, 'assets', 'cli');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ version: '1.2.3' }));
  // THEN
  expect(packageVersion(deep)).toBe('1.2.3');
  rmSync(root, { recursive: true });
});

test('--version prints it and ends well', async () => {
  const printed: string[] = [];
  const program = createProgram().configureOutput({ writeOut: (text) => void printed.push(text) });
  await expect(program.parseAsync(['--version'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
  expect(printed).toEqual([`${packageVersion()}\n`]);
});
