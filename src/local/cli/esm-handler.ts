import { EsmCase } from './esm-case';
import { InvocationOutcome, OfferedRecord } from '../model/types';

type Handle = (ordinals: readonly number[], records: readonly OfferedRecord[]) => InvocationOutcome;

const REPORTS_BY_ITSELF: ReadonlySet<string> = new Set(['reportAll', 'emptyIdentifier', 'unknownIdentifier']);

/** A handler that looks at every record of a batch, and fails in the way the case says if any of them fails. */
export function scriptedHandler({ mapping, handler }: EsmCase): Handle {
  const bad = new Set(handler.bad ?? []);
  const failuresLeft = new Map(Object.entries(handler.failFirst ?? {}).map(([ordinal, times]) => [Number(ordinal), times]));
  const mode = handler.mode ?? (mapping.reportBatchItemFailures ? 'report' : 'throw');
  // Without a script of its own, a mode that says what is reported means what it says.
  const failsAlways = REPORTS_BY_ITSELF.has(mode) && handler.bad === undefined && handler.failFirst === undefined;

  const fails = (ordinal: number): boolean => {
    const left = failuresLeft.get(ordinal) ?? 0;
    if (left > 0) failuresLeft.set(ordinal, left - 1);
    return failsAlways || left > 0 || bad.has(ordinal);
  };

  return (ordinals, records) => {
    const failed = records.filter((_record, index) => fails(ordinals[index])).map(({ sequenceNumber }) => sequenceNumber);
    if (failed.length === 0) return reporting([]);
    switch (mode) {
      case 'report': return reporting(failed);
      case 'reportAll': return reporting(records.map(({ sequenceNumber }) => sequenceNumber));
      case 'emptyIdentifier': return reporting(['']);
      case 'unknownIdentifier': return reporting(['999999999999999999999999']);
      case 'throw': return { kind: 'functionError', functionError: 'Unhandled' };
    }
  };
}

function reporting(identifiers: readonly string[]): InvocationOutcome {
  return { kind: 'returned', payload: { batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })) } };
}
