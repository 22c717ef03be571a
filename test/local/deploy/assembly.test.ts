import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly, requireStreams, selectStacks } from '../../../src/local/deploy/assembly';

let root: string;

beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'cdc-assembly-')); });
afterEach(() => { rmSync(root, { recursive: true, force: true }); });

function write(file: string, content: unknown): void {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), JSON.stringify(content));
}

function stack(name: string, dependencies: string[] = [], more: object = {}): Record<string, object> {
  write(`${name}.template.json`, { Resources: {} });
  return { [name]: { type: 'aws:cloudformation:stack', dependencies, properties: { templateFile: `${name}.template.json`, stackName: name }, ...more } };
}

const MAPPING = { Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { StartingPosition: 'LATEST' } } };

test('stacks come after those they depend on, whatever their order in the manifest', () => {
  write('manifest.json', { artifacts: { ...stack('Api', ['Work']), ...stack('Work', ['Data']), ...stack('Data') } });

  expect(readAssembly(root).map(each => each.stackName)).toEqual(['Data', 'Work', 'Api']);
});

test('the stacks of a stage are found, with their assets, account, region and construct paths', () => {
  write('manifest.json', { artifacts: { 'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } } });
  write('assembly-Prod/Data.template.json', { Resources: {} });
  write('assembly-Prod/Data.assets.json', { files: { abc: { source: { path: 'asset.abc', packaging: 'zip' }, destinations: {} } } });
  write('assembly-Prod/Data.metadata.json', { '/Prod/Data/Table/Resource': [{ type: 'aws:cdk:logicalId', data: 'Table123' }] });
  write('assembly-Prod/manifest.json', {
    artifacts: {
      'Data.assets': { type: 'cdk:asset-manifest', properties: { file: 'Data.assets.json' } },
      'Data': {
        type: 'aws:cloudformation:stack',
        environment: 'aws://123456789012/eu-west-1',
        displayName: 'Prod/Data',
        dependencies: ['Data.assets'],
        additionalMetadataFile: 'Data.metadata.json',
        properties: { templateFile: 'Data.template.json', stackName: 'Prod-Data' },
      },
    },
  });

  const [data] = readAssembly(root);

  expect(data).toMatchObject({ stackName: 'Prod-Data', displayName: 'Prod/Data', account: '123456789012', region: 'eu-west-1', directory: join(root, 'assembly-Prod') });
  expect(Object.keys(data.assets.files)).toEqual(['abc']);
  expect(data.paths.get('Table123')).toBe('Prod/Data/Table/Resource');
});

test('a stack without an environment gets the emulator\'s', () => {
  write('manifest.json', { artifacts: stack('Data', [], { environment: 'aws://unknown-account/unknown-region' }) });

  expect(readAssembly(root)[0]).toMatchObject({ account: '000000000000', region: 'us-east-1' });
});

test('selected stacks bring along what they depend on, and nothing else', () => {
  write('manifest.json', { artifacts: { ...stack('Data'), ...stack('Work', ['Data']), ...stack('Other', ['Data']) } });

  expect(selectStacks(readAssembly(root), ['Work']).map(each => each.stackName)).toEqual(['Data', 'Work']);
});

test('fails on a directory without an app, a stack that is not there, stacks in a circle, and a torn template', () => {
  expect(() => readAssembly(root)).toThrow(`There is no synthesized app in "${root}": run "npx cdk synth" first`);
  write('manifest.json', { artifacts: { ...stack('A', ['B']), ...stack('B', ['A']) } });
  expect(() => readAssembly(root)).toThrow('The stacks A, B depend on each other in a circle.');
  write('manifest.json', { artifacts: stack('Data') });
  expect(() => selectStacks(readAssembly(root), ['Nope'])).toThrow('There is no stack "Nope" in the app: it has Data.');
  writeFileSync(join(root, 'Data.template.json'), '{');
  expect(() => readAssembly(root)).toThrow(/Data\.template\.json" can't be read .*synthesize the app again/);
});

test('fails when nothing reads a stream, before anything is started', () => {
  write('manifest.json', { artifacts: { ...stack('Data'), ...stack('Work') } });
  expect(() => requireStreams(root)).toThrow('Nothing in Data, Work reads a DynamoDB stream: add a StreamSubscriber or a DynamoEventSource');
  write('Work.template.json', { Resources: MAPPING });
  expect(() => requireStreams(root)).not.toThrow();
  expect(() => requireStreams(root, ['Data'])).toThrow('Nothing in Data reads a DynamoDB stream');
});
