import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { FolderLister } from './count-stored';
import { nextOf } from '../aws/s3-answers';

const client = new S3Client({ maxAttempts: 3, requestHandler: { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } });

export function s3Lister(Bucket: string): FolderLister {
  return {
    folders: async (Prefix, ContinuationToken) => {
      const answer = await client.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/', ContinuationToken }));
      return { folders: (answer.CommonPrefixes ?? []).map((common) => common.Prefix!.slice(Prefix.length)), next: nextOf(answer) };
    },
  };
}
