import { UserError } from '../emulator';

/** Where and as whom the emulator is called. */
export interface Target {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
}

export const DEFAULT_ACCOUNT = '000000000000';
export const DEFAULT_REGION = 'us-east-1';

const CONNECT_MILLIS = 2000;
const REQUEST_MILLIS = 30_000;

/** Settings for any SDK client. Emulators take an access key of twelve digits for the account to act in. */
export function clientSettings(target: Target, requestMillis = REQUEST_MILLIS) {
  return {
    endpoint: target.endpoint,
    region: target.region,
    credentials: {
      accessKeyId: target.account === DEFAULT_ACCOUNT ? 'test' : target.account,
      secretAccessKey: 'test',
    },
    requestHandler: { connectionTimeout: CONNECT_MILLIS, requestTimeout: requestMillis },
  };
}

/** Buckets in the path: a bucket's own host name does not resolve on a local endpoint. */
export function bucketClientSettings(target: Target) {
  return { ...clientSettings(target), forcePathStyle: true };
}

/** A mistyped endpoint must never reach a real account. */
export function requireLocalEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`"${endpoint}" is not an endpoint: give a URL such as http://127.0.0.1:4566.`);
  }
  if (/(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(url.hostname)) {
    throw new UserError(`"${endpoint}" is AWS itself: give the URL of an emulator, such as http://127.0.0.1:4566.`);
  }
  return url.origin;
}
