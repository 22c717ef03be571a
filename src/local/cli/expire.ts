import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { counted } from './counted';
import { explainLocal } from './live/explain';
import { UsageError } from './usage-error';
import { requireEmulator, requireLocalEndpoint } from '../deploy';
import { expireItems } from '../drive';
import { requireReachable, UserError } from '../emulator';

interface ExpireCommandOptions {
  readonly table: string;
  readonly key?: string;
  readonly endpointUrl?: string;
}

/** Adds `expire`: what DynamoDB's time to live does within days, now, in the emulator. */
export function registerExpire(program: Command): void {
  program.command('expire')
    .description('Delete items in the emulator of "local" as DynamoDB does when their time to live ends; subscribers get their deletions as expired')
    .requiredOption('--table <name>', 'the table, by its name in the emulator')
    .option('--key <json>', 'only the item with this key, in DynamoDB JSON, such as {"id":{"S":"o-1"}} (default: all items)')
    .option('--endpoint-url <url>', 'the emulator (default: AWS_ENDPOINT_URL)')
    .action(async (options: ExpireCommandOptions) => {
      process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
      const endpoint = options.endpointUrl ?? process.env.AWS_ENDPOINT_URL;
      if (endpoint === undefined) throw new UsageError('No emulator is named: set AWS_ENDPOINT_URL to what "local" prints, or give --endpoint-url.');
      try {
        const at = await requireEmulator(await requireReachable(requireLocalEndpoint(endpoint)));
        const count = await expireItems({ endpoint: at, table: options.table, key: keyOf(options.key) });
        process.stdout.write(`${counted(count, 'item')} expired.\n`);
      } catch (error) {
        const known = explainLocal(error, endpoint);
        throw known instanceof UserError ? new UsageError(known.message, { cause: error }) : known;
      }
    });
}

function keyOf(text: string | undefined): Record<string, AttributeValue> | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Record<string, AttributeValue>;
  } catch (error) {
    throw new UsageError(`--key is not JSON (${(error as Error).message}): give a key such as {"id":{"S":"o-1"}}.`);
  }
}
