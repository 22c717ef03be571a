import { MappingMetrics } from './types';

export function newMetrics(): MappingMetrics {
  return {
    PolledEventCount: 0,
    FilteredOutEventCount: 0,
    InvokedEventCount: 0,
    FailedInvokeEventCount: 0,
    DroppedEventCount: 0,
    OnFailureDestinationDeliveredEventCount: 0,
    DestinationDeliveryFailures: 0,
    IteratorAge: 0,
    MaxIteratorAge: 0,
    Invocations: 0,
    Errors: 0,
    Throttles: 0,
  };
}
