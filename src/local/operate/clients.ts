import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** AWS, in the region and with the credentials that the environment or the profile names; an emulator where AWS_ENDPOINT_URL names one. */
export interface OperateClients {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  close(): void;
}

export async function openClients(): Promise<OperateClients> {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const settings = { ...(region && { region }) };
  const isEmulator = process.env.AWS_ENDPOINT_URL !== undefined;
  const clients = {
    cloudFormation: new CloudFormationClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    lambda: new LambdaClient(settings),
    // Buckets have no host names of their own on an emulator.
    s3: new S3Client({ ...settings, forcePathStyle: isEmulator }),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: !isEmulator }),
    ssm: new SSMClient(settings),
  };
  return {
    ...clients,
    region: await clients.cloudFormation.config.region(),
    close: () => Object.values(clients).forEach(client => client.destroy()),
  };
}
