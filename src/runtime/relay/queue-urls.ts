/** Parameters of one request. */
const NAMES_A_REQUEST = 10;

/**
 * Queue URLs by subscriber, from the deployment's parameters. The client is used once a process, at its start; a parameter that is not there
 * names no queues, and its targets fail until it is.
 */
export async function readQueueUrls(names: readonly string[]): Promise<Map<string, string>> {
  const { GetParametersCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient({});
  const urls = new Map<string, string>();
  for (let start = 0; start < names.length; start += NAMES_A_REQUEST) {
    const { Parameters = [] } = await client.send(new GetParametersCommand({ Names: names.slice(start, start + NAMES_A_REQUEST) }));
    for (const { Value } of Parameters) {
      for (const [name, url] of Object.entries(JSON.parse(Value ?? '{}') as { [name: string]: string })) urls.set(name, url);
    }
  }
  client.destroy();
  return urls;
}
