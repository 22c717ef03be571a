import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (language: string, file: string) => readFileSync(join('.verify/languages', language, file), 'utf8');

test('the template of the inventory example is one with subscribers in it', () => {
  const { Resources } = JSON.parse(read('typescript', 'Inventory.template.json')) as { Resources: Record<string, { Type: string }> };
  expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')).toHaveLength(2);
});

describe.each(['python', 'java'])('from %s', (language) => {
  test('the template is the same, byte for byte', () => {
    expect(read(language, 'Inventory.template.json')).toBe(read('typescript', 'Inventory.template.json'));
  });

  test('the assets are the same', () => {
    const assets = (of: string) => Object.keys((JSON.parse(read(of, 'Inventory.assets.json')) as { files: object }).files).sort();
    expect(assets(language)).toEqual(assets('typescript'));
  });
});
