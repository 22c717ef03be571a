export * from './types';
export { mappingConfig, type MappingSettings } from './config';
export { StreamMapping } from './stream-mapping';
export { newMetrics } from './metrics';
export { compilePattern, matchesPattern } from './event-pattern';
export { failureDelivery, type FailureDelivery } from './destination';
export { lambdaEvent, offeredRecord } from './record';
export { FifoQueue, type FifoEntry, type FifoMessage, type FifoQueueConfig } from './fifo-queue';
export { FifoMapping, fifoMappingConfig, queueEvent, type FifoMappingConfig, type InvokeQueueAction } from './fifo-mapping';
