import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, Target } from '../deploy';
import { FailureDelivery } from '../model';
import { DestinationPort } from './ports';

export function destinationPort(target: Target, s3: S3Client): DestinationPort & { destroy(): void } {
  const sqs = new SQSClient(clientSettings(target));
  const sns = new SNSClient(clientSettings(target));
  const queueUrls = new Map<string, string>();

  const queueUrl = async (arn: string): Promise<string> => {
    const [, , , , account, name] = arn.split(':');
    const known = queueUrls.get(arn) ?? (await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }))).QueueUrl ?? '';
    queueUrls.set(arn, known);
    return known;
  };

  return {
    deliver: async ({ destination: { type, arn }, body, key }: FailureDelivery) => {
      if (type === 'SQS') {
        await sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl(arn), MessageBody: body }));
        return arn;
      }
      if (type === 'SNS') {
        await sns.send(new PublishCommand({ TopicArn: arn, Message: body }));
        return arn;
      }
      const bucket = arn.slice(arn.lastIndexOf(':') + 1);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }));
      return `s3://${bucket}/${key}`;
    },
    destroy: () => [sqs, sns].forEach(client => client.destroy()),
  };
}
