import { Route } from '../../contract/routes';
import { compileFilter } from '../../filter/model';
import { StreamRecord } from '../change/record';

/** A subscriber as the relay sees it. */
export interface Target {
  readonly name: string;
  readonly orderBy: Route['orderBy'];
  readonly changesAMessage?: number;
  readonly recordsLatest?: boolean;
  /** Undefined when everything is wanted. */
  readonly filter?: (record: StreamRecord) => boolean;
  /** Its filter cannot be evaluated at all. */
  readonly filterDefect?: unknown;
}

/** A filter that cannot be compiled fails its own target, not the relay. */
export function targetOf(route: Route): Target {
  const { name, orderBy, changesAMessage, recordsLatest } = route;
  const target = { name, orderBy, changesAMessage, recordsLatest };
  try {
    return { ...target, ...(route.filter && { filter: compileFilter(route.filter) }) };
  } catch (error) {
    return { ...target, filterDefect: error };
  }
}
