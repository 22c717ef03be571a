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
    credentials: credentialsOf(target),
    requestHandler: { connectionTimeout: CONNECT_MILLIS, requestTimeout: requestMillis },
  };
}

function credentialsOf({ account }: Target) {
  return { accessKeyId: account === DEFAULT_ACCOUNT ? 'test' : account, secretAccessKey: 'test' };
}

/** What any program needs in its environment to reach the account and the region that a stack is deployed to. */
export function environmentOf(target: Target) {
  const { accessKeyId, secretAccessKey } = credentialsOf(target);
  return {
    AWS_ENDPOINT_URL: target.endpoint, AWS_REGION: target.region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey,
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
