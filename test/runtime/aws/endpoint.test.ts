import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { endpointOf, Service } from '../../../src/runtime/aws/endpoint';

/** A region of each partition there is. */
const REGIONS = [
  'us-east-1', 'eu-west-1', 'ca-west-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1', 'eusc-de-east-1',
];
const CLIENTS = { dynamodb: DynamoDBClient, sqs: SQSClient, ssm: SSMClient } as const;

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** Where the SDK would go; undefined where its rules know no such endpoint. */
function bySdk(service: Service, region: string, UseFIPS: boolean, UseDualStack: boolean): string | undefined {
  const { config } = new CLIENTS[service]({ region });
  try {
    return (config as unknown as { endpointProvider: (parameters: object) => { url: URL } })
      .endpointProvider({ Region: region, UseFIPS, UseDualStack, AccountIdEndpointMode: 'disabled' }).url.origin;
  } catch {
    return undefined;
  }
}

const FLAVOURS = [[false, false], [true, false], [false, true], [true, true]] as const;

test.each(REGIONS.flatMap((region) => (Object.keys(CLIENTS) as Service[]).map((service) => [service, region] as const)))('%s in %s is where the SDK finds it', (service, region) => {
  let compared = 0;
  for (const [fips, dualStack] of FLAVOURS) {
    const expected = bySdk(service, region, fips, dualStack);
    if (expected === undefined) continue;
    Object.assign(process.env, { AWS_REGION: region, AWS_USE_FIPS_ENDPOINT: String(fips), AWS_USE_DUALSTACK_ENDPOINT: String(dualStack) });
    delete process.env.AWS_ENDPOINT_URL;
    expect([fips, dualStack, endpointOf(service)]).toEqual([fips, dualStack, expected]);
    compared += 1;
  }
  expect(compared).toBeGreaterThanOrEqual(2);
});

test('a configured endpoint comes first, the service\'s own before that of all', () => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9324' });
  expect(endpointOf('dynamodb')).toBe('http://127.0.0.1:4566');
  expect(endpointOf('sqs', 'https://sqs.us-east-1.amazonaws.com/000000000000/q.fifo')).toBe('http://127.0.0.1:9324');
  process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true';
  expect(endpointOf('dynamodb')).toBe('https://dynamodb.us-east-1.amazonaws.com');
});

test('a queue is called where its URL says, unless another kind of endpoint is asked for', () => {
  Object.assign(process.env, { AWS_REGION: 'eu-west-1' });
  const queueUrl = 'https://eu-west-1.queue.amazonaws.com/000000000000/q.fifo';
  expect(endpointOf('sqs', queueUrl)).toBe('https://eu-west-1.queue.amazonaws.com');
  process.env.AWS_USE_FIPS_ENDPOINT = 'true';
  expect(endpointOf('sqs', queueUrl)).toBe('https://sqs-fips.eu-west-1.amazonaws.com');
});

test('fails without a region', () => {
  delete process.env.AWS_REGION;
  expect(() => endpointOf('dynamodb')).toThrow('AWS_REGION');
});
