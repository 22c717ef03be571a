import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../emulator';
import { FileAsset, StackArtifact } from './assembly';
import { bucketClientSettings, Target } from './endpoint';
import { localTemplate, ResourceTemplate } from './template';
import { zipDirectory } from './zip';

/** Uploads a stack's assets to the buckets its template names, which are made as needed. */
export async function publishAssets(stack: StackArtifact, target: Target): Promise<void> {
  const images = Object.keys(stack.assets.dockerImages).length;
  if (images > 0) {
    throw new UserError(`Stack ${stack.displayName} has ${images} Docker image asset${images === 1 ? '' : 's'}, which the emulator can't run: `
      + 'give the functions a zip asset, or choose other stacks with --stack.');
  }
  const s3 = new S3Client(bucketClientSettings(target));
  try {
    const buckets = new Map<string, Promise<void>>();
    await Promise.all(Object.values(stack.assets.files).flatMap(asset => Object.values(asset.destinations).map(async destination => {
      const bucket = resolved(destination.bucketName, target);
      const key = resolved(destination.objectKey, target);
      if (!buckets.has(bucket)) buckets.set(bucket, createBucket(s3, bucket));
      await buckets.get(bucket);
      if (!await exists(s3, bucket, key)) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: contentOf(asset, stack) }));
    })));
  } finally {
    s3.destroy();
  }
}

function contentOf(asset: FileAsset, stack: StackArtifact): Uint8Array {
  const { path, packaging } = asset.source;
  if (!path) throw new UserError(`Stack ${stack.displayName} has an asset made by a program, which is not supported: give it a path.`);
  const source = join(stack.directory, path);
  if (packaging === 'zip') return zipDirectory(source);
  const content = readFileSync(source);
  // Nested stacks are deployed from their asset.
  return path.endsWith('.nested.template.json')
    ? Buffer.from(JSON.stringify(localTemplate(JSON.parse(content.toString('utf8')) as ResourceTemplate)))
    : content;
}

function resolved(text: string, { account, region }: Target): string {
  return text.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Region}', region).replaceAll('${AWS::Partition}', 'aws');
}

async function createBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes((error as Error).name)) throw error;
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
