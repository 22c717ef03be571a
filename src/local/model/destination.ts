import { DeliverAction, MappingConfig, OnFailureDestination } from './types';

/** What the destination receives. */
export interface FailureDelivery {
  readonly destination: OnFailureDestination;
  /** Message body, or the S3 object's content. */
  readonly body: string;
  /** S3 only. */
  readonly key?: string;
}

/** Renders a discarded batch as AWS does; `id` names the S3 object, and the request where there was none. */
export declare function failureDelivery(config: MappingConfig, action: DeliverAction, id: string): FailureDelivery;
