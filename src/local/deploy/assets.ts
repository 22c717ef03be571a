import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../emulator';
import { FileAsset, StackArtifact } from './assembly';
import { emulatorTemplate, RunnableOptions } from './emulator-template';
import { bucketClientSettings, Target } from './endpoint';
import { ResourceTemplate } from './template';
import { zipDirectory } from './zip';

/** Uploads a stack's assets to the buckets its template names, which are made as needed. Images are not built: what runs them is left out. */
export async function publishAssets(stack: StackArtifact, target: Target, options: RunnableOptions = {}): Promise<void> {
  const s3 = new S3Client(bucketClientSettings(target));
  try {
    const buckets = new Map<string, Promise<void>>();
    await Promise.all(Object.values(stack.assets.files).flatMap(asset => Object.values(asset.destinations).map(async destination => {
      const bucket = resolved(destination.bucketName, target);
      const key = resolved(destination.objectKey, target);
      if (!buckets.has(bucket)) buckets.set(bucket, createBucket(s3, bucket));
      await buckets.get(bucket);
      // What becomes of a nested template depends on the options, which its key says nothing of.
      if (isNestedTemplate(asset) || !await exists(s3, bucket, key)) {
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: contentOf(asset, stack, options) }));
      }
    })));
  } finally {
    s3.destroy();
  }
}

function isNestedTemplate({ source: { path = '' } }: FileAsset): boolean {
  return path.endsWith('.nested.template.json');
}

function contentOf(asset: FileAsset, stack: StackArtifact, options: RunnableOptions): Uint8Array {
  const { path, packaging } = asset.source;
  if (!path) throw new UserError(`Stack ${stack.displayName} has an asset made by a program, which is not supported: give it a path.`);
  const source = join(stack.directory, path);
  try {
    if (packaging === 'zip') return zipDirectory(source);
    const content = readFileSync(source);
    // Nested stacks are deployed from their asset.
    return isNestedTemplate(asset) ? Buffer.from(JSON.stringify(emulatorTemplate(JSON.parse(content.toString('utf8')) as ResourceTemplate, options))) : content;
  } catch (error) {
    throw new UserError(`The asset "${source}" of stack ${stack.displayName} can't be read (${(error as Error).message}): synthesize the app again with "npx cdk synth".`, { cause: error });
  }
}

function resolved(text: string, { account, region }: Target): string {
  return text.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Region}', region).replaceAll('${AWS::Partition}', 'aws');
}

async function createBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if ((error as Error).name === 'BucketAlreadyOwnedByYou') return;
    if ((error as Error).name !== 'BucketAlreadyExists') throw error;
    await s3.send(new HeadBucketCommand({ Bucket: bucket })).catch((cause: Error) => {
      throw new UserError(`The bucket "${bucket}" for the app's assets is in another account of the emulator: `
        + 'start the emulator anew, or leave --endpoint-url out to have one started.', { cause });
    });
  }
}

async function exists(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch {
    return false;
  }
}
