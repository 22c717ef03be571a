export { expireItems, type ExpireOptions } from './expire-items';
export { startDriver, type Driver, type DriverOptions } from './driver';
export type { DrainResult, DriverEvent, DriverListener, MappingStatus, RecordReference } from './driver-events';
export { Pause } from './pause';
export { startQueueDriver, type QueueDriver, type QueueDriverOptions, type QueueStatus } from './queue-driver';
export { runDriverProcess } from './driver-process';
export { startDriverProcess, type RemoteDriverOptions } from './remote-driver';
