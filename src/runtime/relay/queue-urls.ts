import { QueueUrls } from './ports';
import { JsonApi } from '../aws/json-api';

/** Parameters of one request. */
const NAMES_A_REQUEST = 10;

/** Queue URLs by subscriber, from the deployment's parameters. */
export class ParameterQueueUrls implements QueueUrls {
  private readonly urls = new Map<string, string>();
  private reading?: Promise<void>;

  public constructor(private readonly ssm: JsonApi, private readonly parameters: readonly string[]) {}

  public of(target: string): string | undefined {
    return this.urls.get(target);
  }

  /** All that ask while it reads wait for the one reading. */
  public async refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => { this.reading = undefined; });
    await this.reading;
  }

  /** Some URL, to tell where this region's queues are called. */
  public get any(): string | undefined {
    return [...this.urls.values()][0];
  }

  /** A name that is in no parameter just now keeps its URL: while subscribers are deployed names move from one parameter to the next. */
  private async read(): Promise<void> {
    for (let start = 0; start < this.parameters.length; start += NAMES_A_REQUEST) {
      const answer = await this.ssm.call<{ Parameters?: { Value?: string }[] }>(
        'AmazonSSM.GetParameters', JSON.stringify({ Names: this.parameters.slice(start, start + NAMES_A_REQUEST) }),
      );
      for (const { Value } of answer.Parameters ?? []) {
        for (const [name, url] of Object.entries(JSON.parse(Value ?? '{}') as { [name: string]: string })) this.urls.set(name, url);
      }
    }
  }
}
