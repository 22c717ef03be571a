import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, DeployedStack } from '../../src/local/deploy';
import { Driver, MappingStatus } from '../../src/local/drive';

export type Point = readonly [seconds: number, value: number];

/** `namespace name dimension=value,...`, dimensions sorted: what a widget asks for. */
export function seriesKey(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  return `${namespace} ${name} ${Object.entries(dimensions).map(([key, value]) => `${key}=${value}`).sort().join()}`;
}

/** What AWS would have measured in a run: from the functions' own lines, the driver, and the queues. One number a second and series. */
export class Recorder {
  readonly series = new Map<string, Point[]>();
  private readonly began = Date.now();
  private readonly lines = new Set<string>();
  private readonly groups = new Map<string, string>();
  private before = new Map<string, MappingStatus>();
  private readonly sqs: SQSClient;

  constructor(private readonly stack: DeployedStack, private readonly driver: Driver, private readonly queueUrls: readonly string[]) {
    this.sqs = new SQSClient({ ...clientSettings(stack.target), useQueueUrlAsEndpoint: false });
  }

  close(): void {
    this.sqs.destroy();
  }

  add(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, value: number, at = Date.now()): void {
    const key = seriesKey(namespace, name, dimensions);
    const points = this.series.get(key) ?? [];
    this.series.set(key, points);
    points.push([Math.floor((at - this.began) / 1000), value]);
  }

  async sample(): Promise<void> {
    for (const status of await this.driver.status()) this.sampleMapping(status);
    for (const url of this.queueUrls) await this.sampleQueue(url);
    for (const { functionName } of this.stack.mappings) await this.sampleLog(functionName);
    for (const [logical, id] of Object.entries(this.stack.physicalIds)) if (/Function[0-9A-F]{8}$/.test(logical)) await this.sampleLog(id);
  }

  private sampleMapping(status: MappingStatus): void {
    const mapping = this.stack.mappings.find(({ name }) => name === status.name)!;
    const before = this.before.get(status.name);
    this.before.set(status.name, status);
    const since = (count: 'read' | 'filteredOut' | 'functionErrors') => status[count] - (before?.[count] ?? 0);
    const fn = { FunctionName: mapping.functionName };
    const source = { EventSourceMappingUUID: mapping.config.uuid };
    this.add('AWS/Lambda', 'IteratorAge', fn, status.lagMillis);
    this.add('AWS/Lambda', 'Errors', fn, since('functionErrors'));
    this.add('AWS/Lambda', 'PolledEventCount', source, since('read'));
    this.add('AWS/Lambda', 'FilteredOutEventCount', source, since('filteredOut'));
  }

  private async sampleQueue(QueueUrl: string): Promise<void> {
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    const queue = { QueueName: QueueUrl.split('/').pop()! };
    const waiting = Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    const key = seriesKey('AWS/SQS', 'ApproximateAgeOfOldestMessage', queue);
    const [, age] = this.series.get(key)?.at(-1) ?? [0, 0];
    // The emulator does not tell ages: as long as something waits, it grows older.
    this.add('AWS/SQS', 'ApproximateAgeOfOldestMessage', queue, waiting > 0 ? age + 1 : 0);
    this.add('AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue, Number(Attributes.ApproximateNumberOfMessages));
  }

  private async sampleLog(functionName: string): Promise<void> {
    for (const { logStreamName, message, timestamp } of await this.logged(functionName)) {
      const line = `${logStreamName} ${message}`;
      if (this.lines.has(line)) continue;
      this.lines.add(line);
      const fn = { FunctionName: functionName };
      const report = /^REPORT .*\tDuration: ([\d.]+) ms/.exec(message);
      if (report) {
        this.add('AWS/Lambda', 'Invocations', fn, 1, timestamp);
        this.add('AWS/Lambda', 'Duration', fn, Number(report[1]), timestamp);
      } else if (message.startsWith('{"_aws"')) {
        this.addLine(JSON.parse(message), timestamp);
      }
    }
  }

  private addLine(line: Record<string, any>, at: number): void {
    for (const { Namespace, Dimensions: [names], Metrics } of line._aws.CloudWatchMetrics) {
      const dimensions = Object.fromEntries(names.map((name: string) => [name, line[name]]));
      for (const { Name } of Metrics) this.add(Namespace, Name, dimensions, line[Name], at);
    }
  }

  private async logged(functionName: string): Promise<readonly { logStreamName: string; message: string; timestamp: number }[]> {
    const { endpoint, region } = this.stack.target;
    const ask = async (action: string, service: string, body: object, path = '/', method = 'POST') => (await fetch(`${endpoint}${path}`, {
      method,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': action,
        'authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: method === 'POST' ? JSON.stringify(body) : undefined,
    })).json() as Promise<any>;
    const logGroupName = this.groups.get(functionName)
      ?? (await ask('', 'lambda', {}, `/2015-03-31/functions/${functionName}/configuration`, 'GET')).LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
    this.groups.set(functionName, logGroupName);
    return (await ask('Logs_20140328.FilterLogEvents', 'logs', { logGroupName, limit: 10_000 })).events ?? [];
  }
}
