import { Batch } from './batch';
import { Entry } from './entry';
import { Lane } from './lane';
import { Shard } from './shard';
import { MappingAction } from './types';

/** A batch handed to the driver. `entries` are those the action is about: not always the whole batch. */
export interface Flight {
  readonly type: MappingAction['type'];
  readonly shard: Shard;
  readonly lane: Lane;
  readonly batch: Batch;
  readonly entries: readonly Entry[];
}

/** What the driver has been asked to do and has not reported on. */
export class InFlight {
  private readonly flights = new Map<number, Flight>();
  private lastId = 0;

  get isEmpty(): boolean {
    return this.flights.size === 0;
  }

  /** Keeps the lane busy until it lands; returns the action's id. */
  launch(flight: Flight): number {
    this.lastId += 1;
    flight.lane.busy = true;
    this.flights.set(this.lastId, flight);
    return this.lastId;
  }

  land(id: number, type: MappingAction['type']): Flight {
    const flight = this.flights.get(id);
    if (flight?.type !== type) throw new Error(`no '${type}' action ${id} is in flight`);
    this.flights.delete(id);
    flight.lane.busy = false;
    return flight;
  }
}
