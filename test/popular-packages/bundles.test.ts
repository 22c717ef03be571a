import { Bundle, bundleEntries, Bundles } from './bundle-entries';
import { ENTRIES, META, PackageEntry, TOP_LEVEL_AWAIT } from './entries';
import { runBundle, Server, startServer } from './run-bundle';
import { ensureLambdaNode } from '../../scripts/setup/node';

let server: Server;
let node: string;
let bundles: Map<PackageEntry, Bundles>;

beforeAll(async () => {
  server = await startServer();
  node = await ensureLambdaNode();
  bundles = bundleEntries([...ENTRIES, META, TOP_LEVEL_AWAIT]);
}, 300_000);

afterAll(() => server.close());

/** What the handler of the entry computes from a change. */
async function computed(entry: PackageEntry, flavour: keyof Bundles): Promise<unknown> {
  const bundle: Bundle | Error = bundles.get(entry)![flavour];
  if (bundle instanceof Error) throw bundle;
  return runBundle({ node, server, ...bundle });
}

describe('an entry that uses', () => {
  test.each(ENTRIES.map((entry): [string, PackageEntry] => [entry.package, entry]))('%s computes what it computes with plain NodejsFunction', async (_name, entry) => {
    expect(await computed(entry, 'library')).toEqual(entry.expected);
    expect(await computed(entry, 'plain')).toEqual(entry.expected);
  });

  test('import.meta finds its file and directory, which plain NodejsFunction leaves undefined', async () => {
    expect(await computed(META, 'library')).toEqual(META.expected);
    await expect(computed(META, 'plain')).rejects.toThrow('ERR_INVALID_ARG');
  });

  test('top-level await runs as an ES module, with CommonJS packages, where that is chosen', async () => {
    expect(await computed(TOP_LEVEL_AWAIT, 'library')).toEqual(TOP_LEVEL_AWAIT.expected);
    await expect(computed(TOP_LEVEL_AWAIT, 'plain')).rejects.toThrow('Failed to bundle');
  });
});
