export { requireStreams } from './assembly';
export { deployAssembly, type DeployedStack, type DeployOptions, type LeftOutResource } from './deploy';
export { bucketClientSettings, clientSettings, environmentOf, requireLocalEndpoint, type Target } from './endpoint';
export { requireEmulator } from './require-emulator';
export { type DeployedStreamMapping } from './mappings';
export { type DeployedQueueMapping, type WatchedQueue } from './queue-mappings';
