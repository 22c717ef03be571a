import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '../emulator';
import { clientSettings, DEFAULT_ACCOUNT, DEFAULT_REGION } from './endpoint';

/** Whatever else may listen there, such as a web server, knows nothing of accounts. */
export async function requireEmulator(endpoint: string): Promise<string> {
  const client = new STSClient({ ...clientSettings({ endpoint, account: DEFAULT_ACCOUNT, region: DEFAULT_REGION }), maxAttempts: 1 });
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    if (Account !== undefined) return endpoint;
    throw new Error('no account');
  } catch (error) {
    throw new UserError(`What answers at ${endpoint} is no emulator of AWS: check --endpoint-url, or leave it out to have an emulator started.`, { cause: error });
  } finally {
    client.destroy();
  }
}
