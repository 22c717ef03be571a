import { MappingConfig } from './types';
import {
  BATCH_SIZE, BATCHING_WINDOW_SECONDS, LATEST_DELAY_SECONDS, MAX_RECORD_AGE_SECONDS, PARALLELIZATION_FACTOR, RETRY_ATTEMPTS,
} from '../../contract/limits';

/** Lambda's word for no limit on retries or record age. */
export const UNLIMITED = -1;
const DEFAULT_BATCH_SIZE = 100;

/** What a caller may leave out; a tumbling window may be named only to be refused. */
export type MappingSettings = Partial<MappingConfig> & { readonly tumblingWindowSeconds?: number };

/** Completes settings with AWS's defaults and refuses what AWS would refuse. */
export function mappingConfig(settings: MappingSettings = {}): MappingConfig {
  const { tumblingWindowSeconds, ...given } = settings;
  if (tumblingWindowSeconds) {
    throw new Error('tumblingWindowSeconds is not modelled: a tumbling window carries state between invocations; leave it out');
  }
  const config: MappingConfig = {
    uuid: '00000000-0000-4000-8000-000000000000',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:handler',
    streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/table/stream/2026-01-01T00:00:00.000',
    startingPosition: 'TRIM_HORIZON',
    latestDelaySeconds: LATEST_DELAY_SECONDS,
    batchSize: DEFAULT_BATCH_SIZE,
    batchingWindowSeconds: 0,
    parallelizationFactor: 1,
    retryAttempts: UNLIMITED,
    maxRecordAgeSeconds: UNLIMITED,
    bisectBatchOnFunctionError: false,
    reportBatchItemFailures: false,
    filters: [],
    ...given,
  };
  requireWithin('batchSize', config.batchSize, BATCH_SIZE);
  requireWithin('batchingWindowSeconds', config.batchingWindowSeconds, BATCHING_WINDOW_SECONDS);
  requireWithin('parallelizationFactor', config.parallelizationFactor, PARALLELIZATION_FACTOR);
  if (config.retryAttempts !== UNLIMITED) requireWithin('retryAttempts', config.retryAttempts, RETRY_ATTEMPTS);
  if (config.maxRecordAgeSeconds !== UNLIMITED) requireWithin('maxRecordAgeSeconds', config.maxRecordAgeSeconds, MAX_RECORD_AGE_SECONDS);
  return config;
}

function requireWithin(name: string, value: number, bounds: { readonly min: number; readonly max: number }): void {
  if (!Number.isInteger(value) || value < bounds.min || value > bounds.max) {
    throw new Error(`${name} must be an integer from ${bounds.min} to ${bounds.max}, got ${value}`);
  }
}
