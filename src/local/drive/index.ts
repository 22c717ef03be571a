export { startDriver, type Driver, type DriverOptions } from './driver';
export type { DrainResult, DriverEvent, DriverListener, MappingStatus, RecordReference } from './driver-events';
