/** All that the runtime takes from the client: this file is bundled by itself (see scripts/bundle.ts). */
export { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
