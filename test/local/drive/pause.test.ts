import { DeployedStreamMapping } from '../../../src/local/deploy';
import { startDriver } from '../../../src/local/drive';
import { MappingPorts } from '../../../src/local/drive/ports';
import { mappingConfig, offeredRecord } from '../../../src/local/model';

const record = (number: number) => offeredRecord({ dynamodb: { SequenceNumber: String(number).padStart(21, '0'), Keys: { id: { S: 'item' } } } }, Date.now());

/** A mapping that is switched on and off where it is deployed, on a stream of one shard. */
function pausable() {
  const world = { on: false, records: [record(1)], invocations: [] as number[][], looks: 0 };
  const ports: MappingPorts = {
    stream: {
      shards: async () => [{ shardId: 'shard' }],
      iterator: async () => '0',
      page: async (from) => ({ records: world.records.slice(Number(from)), next: String(world.records.length) }),
    },
    fn: {
      invoke: async (payload) => {
        const { Records } = payload as { Records: { dynamodb: { SequenceNumber: string } }[] };
        world.invocations.push(Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber)));
        return { outcome: { kind: 'returned' } };
      },
    },
    destination: { deliver: async () => 'there' },
    enabled: async () => {
      world.looks += 1;
      return world.on;
    },
    now: Date.now,
    close: () => undefined,
  };
  return { world, ports };
}

test('a mapping that is off where it is deployed reads nothing, and once on goes on where it stopped', async () => {
  const { world, ports } = pausable();
  const deployed = { name: 'Sub', enabled: true, config: mappingConfig({}) } as DeployedStreamMapping;
  const driver = await startDriver({ mappings: [deployed], ports: () => ports, pollMillis: 1, stateMillis: 1 });
  const seen = async () => {
    // Two looks later the driver has heard of it.
    for (const from = world.looks; world.looks < from + 2;) await new Promise((resolve) => setTimeout(resolve, 5));
    await driver.drain(5000);
    return { invocations: world.invocations, enabled: (await driver.status())[0].enabled };
  };

  expect(await seen()).toEqual({ invocations: [], enabled: false });
  world.on = true;
  expect(await seen()).toEqual({ invocations: [[1]], enabled: true });
  world.on = false;
  expect(await seen()).toEqual({ invocations: [[1]], enabled: false });
  world.records.push(record(2), record(3));
  expect(await seen()).toEqual({ invocations: [[1]], enabled: false });
  world.on = true;
  expect(await seen()).toEqual({ invocations: [[1], [2, 3]], enabled: true });
  await driver.stop();
});
