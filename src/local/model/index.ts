export * from './types';
export { mappingConfig, type MappingSettings } from './config';
export { StreamMapping } from './stream-mapping';
export { newMetrics } from './metrics';
export { compilePattern, matchesPattern } from './event-pattern';
export { failureDelivery, type FailureDelivery } from './destination';
export { lambdaEvent, offeredRecord } from './record';
