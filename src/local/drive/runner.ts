import { MappingStatus } from './driver-events';

/** Runs or watches what one subscriber reads. */
export interface Runner {
  /** When it last did something. */
  readonly activeUntil: number;
  start(): Promise<void>;
  /** Nothing is under way, and looks begun after this time found nothing more. */
  quietAfter(time: number): boolean;
  status(): MappingStatus;
  countStore(): Promise<void>;
  /** Starts nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}
