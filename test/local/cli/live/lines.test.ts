import { eventLine } from '../../../../src/local/cli/live/event-line';
import { statusLine, statusTable } from '../../../../src/local/cli/live/table';
import { PlainView } from '../../../../src/local/cli/live/view';
import { DriverEvent, MappingStatus } from '../../../../src/local/drive';

const RECORD = { key: '0123456789ab', sequenceNumber: '000000000000000000007' };
const STATUS: MappingStatus = {
  name: 'Fraud',
  enabled: true,
  read: 9,
  filteredOut: 1,
  applied: 5,
  retried: 3,
  failed: 1,
  lost: 0,
  inFlight: 2,
  waiting: 2,
  lagMillis: 1234,
  failureStore: 1,
  invocations: 4,
  functionErrors: 2,
};

describe('lines about events', () => {
  const failed: DriverEvent = { mapping: 'Fraud', type: 'functionError', invocation: 1, millis: 1500, records: 1, message: 'Error: card 4111\n  at x' };

  test('a function\'s own words are shown only when asked for, in one line', () => {
    expect(eventLine(failed, { showErrors: false })).toBe('Fraud: the function failed on 1 record after 1.5 s');
    expect(eventLine(failed, { showErrors: true })).toBe('Fraud: the function failed on 1 record after 1.5 s: Error: card 4111 at x');
  });

  test('a change is named by its key\'s hash and its sequence number', () => {
    expect(eventLine({ mapping: 'Fraud', type: 'settled', record: RECORD, fate: 'ACKNOWLEDGED' }, { showErrors: false }))
      .toBe('Fraud: ACKNOWLEDGED key 0123456789ab sequence 000000000000000000007');
  });

  test('a long list is cut', () => {
    const delivered: DriverEvent = { mapping: 'Fraud', type: 'delivered', condition: 'RecordAgeExceeded', records: Array.from({ length: 5 }, () => RECORD), where: 's3://b/k' };
    expect(eventLine(delivered, { showErrors: false })).toMatch(/^Fraud: RecordAgeExceeded: (key \S+ sequence \d+, ){2}key \S+ sequence \d+ and 2 more went to s3:\/\/b\/k$/);
  });

  test('what is of no interest has no line', () => {
    expect(eventLine({ mapping: 'Fraud', type: 'polled', shardId: 's', records: 1 }, { showErrors: true })).toBeUndefined();
    expect(eventLine({ mapping: 'Fraud', type: 'returned', invocation: 1, millis: 1, records: 9, reported: 0 }, { showErrors: true })).toBeUndefined();
  });
});

test('a status has every count, as a line and as a row', () => {
  expect(statusLine(STATUS)).toBe('Fraud: 5 applied, 3 retried, 1 failed, 2 in flight, lag 1.2 s, 1 in failure store');
  expect(statusTable([STATUS, { ...STATUS, name: 'Audit', enabled: false }])).toMatch(/Fraud +│ +5 │ +3 │ +1 │ +2 │ +2 │ 1\.2 s │ +1 │[^]*Audit \(disabled\)/);
});

test('plain output has a line per subscriber when it changed, at most once a second, and the last state at the end', () => {
  const lines: string[] = [];
  let now = 0;
  const view = new PlainView(text => lines.push(text), () => now);
  const update = (at: number, applied: number) => {
    now = at;
    view.update([{ ...STATUS, applied }]);
  };

  update(0, 1);
  update(500, 2);
  update(1100, 3);
  update(2200, 3);
  update(2300, 4);
  view.close();
  view.close();

  expect(lines.map(line => /(\d+) applied/.exec(line)?.[1])).toEqual(['1', '3', '4']);
});
