import { LedgerRow } from '../../../src/contract/ledger';
import { RedriveChange } from '../../../src/contract/redrive';
import { Choices, decide, Decision, Situation } from '../../../src/runtime/redrive/decide';

const PK = 'item';
const REDRIVE: Choices = { action: 'REDRIVE', outOfOrder: false, applyUnknown: false };
const DISCARD: Choices = { ...REDRIVE, action: 'DISCARD' };
const OUT_OF_ORDER: Choices = { ...REDRIVE, outOfOrder: true };
const APPLY_UNKNOWN: Choices = { ...REDRIVE, applyUnknown: true };
const NOW = Date.parse('2026-11-23T18:00:00.000Z');
const FORTNIGHT = 1_209_600_000;

/** Change 5 of an item, of which the ledger says nothing. */
function situation(change: Partial<RedriveChange> = {}, more: Partial<Omit<Situation, 'change'>> = {}): Situation {
  return {
    change: { position: '5', reason: 'ATTEMPTS_EXHAUSTED', storedAt: new Date(NOW).toISOString(), keyHash: PK, ...change } as RedriveChange,
    loose: false,
    now: NOW,
    filters: true,
    ...more,
  };
}

const row = (fields: Partial<LedgerRow>): LedgerRow => ({ pk: PK, v: 1, ...fields });
const parkedAt = (at: string, tail: string) => ({ at, since: NOW, tail });
const APPLIED = row({ alone: 'applied' });
const SKIPPED = row({ alone: 'skipped' });
const GIVEN_UP = { reason: 'MAPPING_GAVE_UP' } as const;

const settled: Decision = { leave: 'ALREADY_APPLIED', blocks: false };
const inOrder: Decision = { take: 'IN_ORDER' };
const alone: Decision = { take: 'ALONE' };
const unknown = (why: string, blocks: boolean) => ({ leave: 'UNKNOWN', why, blocks });

test.each<[string, Situation, Choices, object]>([
  ['applied by itself', situation({}, { alone: APPLIED }), REDRIVE, settled],
  ['applied by itself, whatever is asked', situation({}, { alone: APPLIED }), { action: 'DISCARD', outOfOrder: true, applyUnknown: true }, settled],
  ['without readable keys', situation({}, { loose: true }), REDRIVE, unknown('KEYS_UNREADABLE', false)],
  ['without readable keys, out of order', situation({}, { loose: true }), OUT_OF_ORDER, unknown('KEYS_UNREADABLE', false)],
  ['without readable keys, applied if unknown', situation({}, { loose: true }), APPLY_UNKNOWN, alone],
  ['without readable keys, discarded', situation({}, { loose: true }), DISCARD, alone],
  ['skipped: nothing behind it waits', situation({}, { alone: SKIPPED }), REDRIVE, { leave: 'SUPERSEDED', blocks: false }],
  ['skipped, applied if unknown', situation({}, { alone: SKIPPED }), APPLY_UNKNOWN, { leave: 'SUPERSEDED', blocks: false }],
  ['skipped, out of order', situation({}, { alone: SKIPPED }), OUT_OF_ORDER, alone],
  ['skipped, discarded', situation({}, { alone: SKIPPED }), DISCARD, alone],
  ['at the mark', situation({}, { row: row({ mark: '5' }) }), REDRIVE, settled],
  ['before the mark', situation({}, { row: row({ mark: '6' }) }), REDRIVE, settled],
  ['after the mark', situation({}, { row: row({ mark: '4' }) }), REDRIVE, inOrder],
  ['discarded by the mapping, at the mark', situation(GIVEN_UP, { row: row({ mark: '5' }) }), REDRIVE, { ...settled, remember: true }],
  ['discarded by the mapping, before the mark', situation(GIVEN_UP, { row: row({ mark: '6' }) }), REDRIVE, unknown('LATER_CHANGE_APPLIED', false)],
  ['the same, out of order', situation(GIVEN_UP, { row: row({ mark: '6' }) }), OUT_OF_ORDER, unknown('LATER_CHANGE_APPLIED', false)],
  ['the same, applied if unknown', situation(GIVEN_UP, { row: row({ mark: '6' }) }), APPLY_UNKNOWN, alone],
  ['the same, discarded', situation(GIVEN_UP, { row: row({ mark: '6' }) }), DISCARD, alone],
  ['the last one that is parked', situation({}, { row: row({ mark: '4', parked: parkedAt('5', '5') }) }), REDRIVE, inOrder],
  ['behind the last one that is parked', situation({}, { row: row({ mark: '3', parked: parkedAt('4', '4') }) }), REDRIVE, { leave: 'NOT_TRIED', blocks: true }],
  ['stored behind an item that was released since', situation({ after: '4' }, { row: row({ mark: '3' }) }), REDRIVE, { leave: 'NOT_TRIED', blocks: true }],
  ['the same, when that before it was applied', situation({ after: '4' }, { row: row({ mark: '4' }) }), REDRIVE, inOrder],
  ['the parked one is missing', situation({}, { row: row({ mark: '3', parked: parkedAt('4', '6') }) }), REDRIVE, unknown('EARLIER_CHANGE_MISSING', true)],
  ['the parked one is applied', situation({}, { row: row({ mark: '4', parked: parkedAt('4', '6') }) }), REDRIVE, inOrder],
  ['one behind the parked one is missing', situation({ after: '4' }, { row: row({ mark: '3', parked: parkedAt('2', '6') }) }), REDRIVE, unknown('EARLIER_CHANGE_MISSING', true)],
  ['none is missing', situation({ after: '4' }, { row: row({ mark: '4', parked: parkedAt('2', '6') }) }), REDRIVE, inOrder],
  ['one is missing, applied if unknown', situation({ after: '4' }, { row: row({ mark: '3', parked: parkedAt('2', '6') }) }), APPLY_UNKNOWN, inOrder],
  ['one is missing, discarded', situation({ after: '4' }, { row: row({ mark: '3', parked: parkedAt('2', '6') }) }), DISCARD, inOrder],
  ['stored 14 days ago, with no row', situation({ storedAt: new Date(NOW - FORTNIGHT).toISOString() }), REDRIVE, inOrder],
  ['stored longer ago, with no row', situation({ storedAt: new Date(NOW - FORTNIGHT - 1).toISOString() }), REDRIVE, unknown('LEDGER_FORGOT', true)],
  ['stored longer ago, with a row', situation({ storedAt: new Date(NOW - FORTNIGHT - 1).toISOString() }, { row: row({ mark: '4' }) }), REDRIVE, inOrder],
  ['the filter failed, and is here', situation({ reason: 'MALFORMED' }), REDRIVE, inOrder],
  ['the filter failed, and is not here', situation({ reason: 'MALFORMED' }, { filters: false }), REDRIVE, unknown('FILTER_FAILED', true)],
  ['no filter is here, and none failed', situation({}, { filters: false }), REDRIVE, inOrder],
])('decides on a change: %s', (_what, given, choices, decision) => {
  expect(decide(given, choices)).toEqual(decision);
});
