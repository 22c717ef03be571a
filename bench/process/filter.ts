/** What evaluating a filter costs beside reading the record it is evaluated on. Started by the filter case. */

import { FilterNode, FILTER_VERSION } from '../../src/contract/filter';
import { compileFilter, FilterableRecord } from '../../src/filter/model';
import { eventJson } from '../events';

/** Ten nodes of the kinds that are left for the runtime to evaluate. */
const ROOT: FilterNode = {
  node: 'allOf',
  of: [
    { node: 'eventName', oneOf: ['INSERT', 'MODIFY'] },
    { node: 'compare', image: 'NEW_IMAGE', path: ['amount'], op: 'GE', value: { N: '0.1' } },
    { node: 'compare', image: 'NEW_IMAGE', path: ['quantity'], op: 'LT', value: { N: '1000' } },
    { node: 'negate', of: { node: 'equals', image: 'NEW_IMAGE', path: ['status'], oneOf: [{ S: 'CANCELLED' }, { S: 'DRAFT' }] } },
    {
      node: 'anyOf',
      of: [
        { node: 'beginsWith', image: 'NEW_IMAGE', path: ['customer'], value: { S: 'vip-' } },
        { node: 'contains', image: 'NEW_IMAGE', path: ['tags'], in: 'SS', value: { S: 'gift' } },
      ],
    },
    { node: 'equalsIgnoringCase', image: 'NEW_IMAGE', path: ['address', 'city'], oneOf: ['springfield'] },
  ],
};

const RECORDS = 1_000;
const PASSES = 30;

function microsecondsEach(work: () => number): number {
  const before = process.cpuUsage();
  if (work() !== RECORDS) throw new Error('not every record was accepted: the filter is cut short and its time says nothing');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / RECORDS;
}

function main(): void {
  const predicate = compileFilter({ version: FILTER_VERSION, root: ROOT });
  const { Records } = JSON.parse(eventJson({ name: 'filter', records: RECORDS })) as { Records: FilterableRecord[] };
  const texts = Records.map((record) => JSON.stringify(record));
  const samples = Array.from({ length: PASSES }, () => ({
    parse: microsecondsEach(() => texts.reduce((count, text) => count + (JSON.parse(text) ? 1 : 0), 0)),
    evaluate: microsecondsEach(() => Records.reduce((count, record) => count + (predicate(record) ? 1 : 0), 0)),
  }));
  process.send!({ samples: samples.slice(PASSES / 3), bytes: Math.round(texts.join('').length / RECORDS) }, () => process.exit());
}

main();
