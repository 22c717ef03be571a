import { JsonApi } from '../aws/json-api';

/** Parameters of one request. */
const NAMES_A_REQUEST = 10;

/** Queue URLs by subscriber, from the deployment's parameters. One that is not there names no queues: their targets fail until it is. */
export async function readQueueUrls(ssm: JsonApi, names: readonly string[]): Promise<Map<string, string>> {
  const urls = new Map<string, string>();
  for (let start = 0; start < names.length; start += NAMES_A_REQUEST) {
    const answer = await ssm.call<{ Parameters?: { Value?: string }[] }>(
      'AmazonSSM.GetParameters', JSON.stringify({ Names: names.slice(start, start + NAMES_A_REQUEST) }),
    );
    for (const { Value } of answer.Parameters ?? []) {
      for (const [name, url] of Object.entries(JSON.parse(Value ?? '{}') as { [name: string]: string })) urls.set(name, url);
    }
  }
  return urls;
}
