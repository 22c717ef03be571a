/** All that the bootstrap takes from the client: this file is bundled by itself (see scripts/bundle.ts). */
export { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
