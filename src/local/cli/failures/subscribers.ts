import { RuntimeSettings } from '../../../contract/settings';
import { UserError } from '../../emulator';
import { DeployedReader } from '../../operate/deployed-reader';

/** A subscriber with a failure store, as it is deployed. */
export interface DeployedSubscriber {
  readonly name: string;
  /** The relay of a table stands among its subscribers, for what its own mapping gave up. */
  readonly isRelay: boolean;
  /** No subscriber of the stack: it has stored changes, and no function. */
  readonly isOrphan?: boolean;
  readonly functionName: string;
  /** Of one invocation. */
  readonly timeoutMillis: number;
  readonly bucket: string;
  /** To which the event source mapping discards batches; undefined for a queue. */
  readonly discardBucket?: string;
  /** Ids of the mappings that invoke its function. */
  readonly mappings: readonly string[];
  readonly table?: string;
  /** Undefined for the relay, and for a function of the user's own, without the library's runtime. */
  readonly settings?: RuntimeSettings;
}

/** Those of the readers that store what they cannot apply. @throws UserError when there are none */
export function subscribersOf(readers: readonly DeployedReader[]): DeployedSubscriber[] {
  const found = new Map<string, DeployedSubscriber>();
  for (const { name, kind, functionName, timeoutSeconds, failureBucket: bucket, discardBucket, mappingId, table, settings } of readers) {
    if (bucket === undefined) continue;
    const before = found.get(functionName)?.mappings ?? [];
    found.set(functionName, {
      name, isRelay: kind === 'RELAY', functionName, timeoutMillis: timeoutSeconds * 1000, bucket, discardBucket, mappings: [...before, mappingId], table, settings,
    });
  }
  if (found.size === 0) throw new UserError('None of them has a failure store: there is nothing to show or to replay.');
  return [...found.values()];
}
