import { FailureRecord } from '../../contract/failure-record';

/** What can be read back of a stored change. The stream record came as JSON, so only the rest is written as such. */
export function inObject({ record, ...rest }: FailureRecord): FailureRecord {
  return { ...JSON.parse(JSON.stringify(rest)) as typeof rest, record };
}
