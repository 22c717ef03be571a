import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Assembly, AssemblyStack, Template } from './assembly';

/** Synthesizes the app, and reads the templates from where a deployment takes them. */
export function synthesized(app: App): Assembly {
  const { directory, stacksRecursively } = app.synth();
  return {
    stacks: stacksRecursively.flatMap(({ stackName, templateFullPath }) => withNested({ name: stackName, ...read(templateFullPath) }, directory)),
  };
}

function withNested(stack: AssemblyStack, directory: string): AssemblyStack[] {
  const nested = Object.entries(stack.template.Resources ?? {}).filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack');
  return [stack, ...nested.flatMap(([logicalId, resource]) => {
    const file = path.join(directory, (resource as any).Metadata['aws:asset:path']);
    return withNested({ name: `${stack.name}-${logicalId}`, parent: { stack: stack.name, logicalId }, ...read(file) }, directory);
  })];
}

function read(file: string): { template: Template; bytes: number } {
  const text = fs.readFileSync(file, 'utf8');
  return { template: JSON.parse(text), bytes: Buffer.byteLength(text) };
}
