import { readFileSync } from 'node:fs';
import { createProgram } from '../../src/local/cli/program';
import { EMULATOR_PACKAGE, EMULATOR_VERSION } from '../../src/local/emulator/version';

const PAGES = ['docs/local.md', 'README.md'].map((file) => readFileSync(file, 'utf8'));

test('the command is shown with all its options', () => {
  const command = createProgram().commands.find((one) => one.name() === 'local')!;
  const shown = /^npx cdk-dynamodb-cdc local .*$/m.exec(PAGES[0])![0];
  expect([...shown.matchAll(/--[a-z-]+/g)].map(([option]) => option).sort()).toEqual(command.options.map(({ long }) => long).sort());
});

test('the emulator is the one that is tested with', () => {
  for (const page of PAGES) {
    const versions = [...page.matchAll(new RegExp(`${EMULATOR_PACKAGE}(?:==|\\S*\\) )([\\d.]+\\d)`, 'g'))].map(([, version]) => version);
    expect(versions.length).toBeGreaterThan(0);
    expect(new Set(versions)).toEqual(new Set([EMULATOR_VERSION]));
  }
});
