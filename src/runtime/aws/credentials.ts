import { sdkDynamoDb } from './sdk-dynamodb';
import { Credentials } from './signature';

/** Where Lambda puts them. Read anew for each request: whoever replaces them in the environment is heard. */
export function environmentCredentials(): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
}

/** Those of a container, a profile or the like, as the SDK finds and renews them; its code is loaded only where the environment holds none. */
export async function sdkCredentials(): Promise<Credentials> {
  return (await sdkDynamoDb()).credentials();
}
