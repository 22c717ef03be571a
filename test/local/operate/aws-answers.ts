import { S3Client } from '@aws-sdk/client-s3';
import { OperateClients } from '../../../src/local/operate/clients';

/** What AWS answers to a command: the same each time, or one after the other where there are several pages. */
export type Answer = object | Error | ((input: never) => object | Error);

export const STREAM = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/2026-11-01T00:00:00.000';
export const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/search.fifo';

/** An AWS error as the SDK throws it. */
export function awsError(name: string, message = 'refused', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

const SETTINGS = JSON.stringify({ version: 1, subscriber: 'Audit', maxRecordAgeSeconds: 43_200 });

/** A stack with one subscriber that has the library's runtime, and everything as it should be. */
const WHOLE: Readonly<Record<string, Answer>> = {
  ListStackResources: { StackResourceSummaries: [{ ResourceType: 'AWS::Lambda::EventSourceMapping', PhysicalResourceId: 'uuid-1' }] },
  GetEventSourceMapping: { UUID: 'uuid-1', EventSourceArn: STREAM, FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:audit', State: 'Enabled' },
  GetFunctionConfiguration: {
    FunctionName: 'audit',
    Timeout: 60,
    Environment: { Variables: { CDC_SETTINGS: SETTINGS, CDC_LEDGER_TABLE: 'ledger', CDC_FAILURE_BUCKET: 'failures' } },
  },
  GetMetricData: ({ MetricDataQueries }: { MetricDataQueries: { Id: string }[] }) => (
    { MetricDataResults: MetricDataQueries.map(({ Id }) => ({ Id, StatusCode: 'Complete', Timestamps: [], Values: [] })) }),
  GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '1', MessageRetentionPeriod: '345600' } },
  ListObjectsV2: { IsTruncated: false },
  GetParameter: { Parameter: { Value: JSON.stringify({ Search: QUEUE_URL }) } },
};

/** AWS with the given answers in the place of whole ones. `asked` lists the commands that were sent, with their input. */
export function awsThatAnswers(answers: Readonly<Record<string, Answer>>) {
  const asked: { readonly command: string; readonly input: Record<string, unknown> }[] = [];
  const client = {
    config: {},
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      asked.push({ command: name, input: command.input });
      const given = answers[name] ?? WHOLE[name] ?? {};
      const answer = typeof given === 'function' ? (given as (input: unknown) => object | Error)(command.input) : given;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    destroy: () => undefined,
  };
  // The SDK's own paginators accept only a client of their service.
  const as = <T>(prototype: object) => Object.assign(Object.create(prototype) as object, client) as T;
  const clients = {
    region: 'eu-west-1',
    cloudFormation: as(prototypeOf('@aws-sdk/client-cloudformation', 'CloudFormationClient')),
    cloudWatch: as(prototypeOf('@aws-sdk/client-cloudwatch', 'CloudWatchClient')),
    lambda: client,
    s3: as(S3Client.prototype),
    sqs: client,
    ssm: client,
    close: () => undefined,
  } as unknown as OperateClients;
  return { asked, clients, client };
}

function prototypeOf(module: string, name: string): object {
  return (jest.requireActual<Record<string, { prototype: object }>>(module)[name]).prototype;
}
