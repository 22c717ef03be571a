import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { resources } from './stacks';

/** What a subscriber's function is deployed with, as it lies in the cloud assembly. */
export function assetOf(stack: Stack, subscriber = 'Sub') {
  const [, fn] = Object.entries(resources(stack)).find(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(subscriber))!;
  const hash: string = fn.Properties.Code.S3Key.replace('.zip', '');
  const directory = path.join((stack.node.root as App).outdir, `asset.${hash}`);
  const files = fs.readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
  return { hash, directory, files, read: (name: string) => fs.readFileSync(path.join(directory, name), 'utf8') };
}
