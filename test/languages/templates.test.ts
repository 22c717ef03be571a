import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSET_FILES } from '../../src/contract/settings';

const read = (language: string, ...file: string[]) => readFileSync(join('.verify/languages', language, ...file), 'utf8');

interface Template { readonly Resources: Record<string, { readonly Type: string }> }
interface Manifest { readonly files: Record<string, { readonly source: { readonly path: string } }> }

const assets = (language: string, stack: string) => Object.entries((JSON.parse(read(language, `${stack}.assets.json`)) as Manifest).files);

test.each([['Inventory', 2], ['AllConstructs', 10]])('the template of %s is one with subscribers in it', (stack, mappings) => {
  const { Resources } = JSON.parse(read('typescript', `${stack}.template.json`)) as Template;
  expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')).toHaveLength(mappings);
});

test('the runtime is given a filter that holds every node of the serialized form', () => {
  const filters = assets('typescript', 'AllConstructs').flatMap(([, { source }]) => {
    try {
      return read('typescript', source.path, ASSET_FILES.FILTER);
    } catch {
      return [];
    }
  });
  expect(filters).toHaveLength(1);
  const nodes = new Set([...filters[0].matchAll(/"node":"(\w+)"/g)].map(([, node]) => node));
  expect([...nodes].sort()).toEqual([
    'absent', 'allOf', 'anyOf', 'beginsWith', 'changed', 'compare', 'contains', 'endsWith', 'equals', 'equalsIgnoringCase', 'equalsSet', 'eventName',
    'exists', 'expiredByTtl', 'moved', 'negate', 'size',
  ]);
});

describe.each(['python', 'java'])('from %s', (language) => {
  describe.each(['Inventory', 'AllConstructs'])('%s', (stack) => {
    test('the template is the same, byte for byte', () => {
      expect(read(language, `${stack}.template.json`)).toBe(read('typescript', `${stack}.template.json`));
    });

    test('the assets are the same, filters and routes in them included', () => {
      expect(assets(language, stack)).toEqual(assets('typescript', stack));
    });
  });
});
