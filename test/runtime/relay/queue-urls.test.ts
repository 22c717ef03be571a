import { JsonApi } from '../../../src/runtime/aws/json-api';
import { ParameterQueueUrls } from '../../../src/runtime/relay/queue-urls';

/** Systems Manager, with parameters as a deployment leaves them. */
class Parameters {
  public readonly values = new Map<string, Record<string, string>>();
  public readonly requests: string[][] = [];
  public isDown = false;

  public get api(): JsonApi {
    const call = async (target: string, json: string) => {
      expect(target).toBe('AmazonSSM.GetParameters');
      const { Names } = JSON.parse(json) as { Names: string[] };
      this.requests.push(Names);
      if (this.isDown) throw new Error('down');
      return { Parameters: Names.flatMap((name) => (this.values.has(name) ? [{ Value: JSON.stringify(this.values.get(name)) }] : [])) };
    };
    return { call } as unknown as JsonApi;
  }
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `urls-${index}`);

test('queues are found in all parameters, ten a request; one that is not there names none', async () => {
  const parameters = new Parameters();
  names(12).slice(1).forEach((name, index) => parameters.values.set(name, { [`s${index + 1}`]: `https://sqs/${index + 1}` }));
  const urls = new ParameterQueueUrls(parameters.api, names(12));
  await urls.refresh();
  expect(parameters.requests.map(({ length }) => length)).toEqual([10, 2]);
  expect([urls.of('s1'), urls.of('s11'), urls.of('s0')]).toEqual(['https://sqs/1', 'https://sqs/11', undefined]);
});

test('what is read again replaces what was known; a name that is in no parameter just now keeps its queue', async () => {
  const parameters = new Parameters();
  parameters.values.set('urls-0', { a: 'old', moving: 'x' });
  const urls = new ParameterQueueUrls(parameters.api, names(1));
  await urls.refresh();
  parameters.values.set('urls-0', { a: 'new', b: 'b' });
  await urls.refresh();
  expect([urls.of('a'), urls.of('b'), urls.of('moving')]).toEqual(['new', 'b', 'x']);
});

test('all that ask at once wait for one reading; one that fails leaves what was known, and the next one reads', async () => {
  const parameters = new Parameters();
  parameters.values.set('urls-0', { a: 'a' });
  const urls = new ParameterQueueUrls(parameters.api, names(1));
  await urls.refresh();
  parameters.isDown = true;
  const both = await Promise.allSettled([urls.refresh(), urls.refresh()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(parameters.requests).toHaveLength(2);
  expect(urls.of('a')).toBe('a');
  parameters.isDown = false;
  await urls.refresh();
  expect(parameters.requests).toHaveLength(3);
});
