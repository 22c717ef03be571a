/** Names under which AWS services and clients say that they are throttled: no fault of the change. */
export const THROTTLES: ReadonlySet<string> = new Set([
  'ThrottlingException', 'Throttling', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown',
  'ProvisionedThroughputExceededException', 'RequestThrottled', 'RequestThrottledException', 'BandwidthLimitExceeded', 'LimitExceededException',
  'ThrottlingError',
]);

export function isThrottle(errorName: string): boolean {
  return THROTTLES.has(errorName);
}
