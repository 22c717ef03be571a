import * as fc from 'fast-check';
import { Question, RulerOracle } from './ruler-oracle';
import { FilterNode } from '../../src/contract/filter';
import { FILTER_PATTERN_CHARACTERS } from '../../src/contract/limits';
import { compileFilter, FilterPredicate } from '../../src/filter/model';
import { FilterPlan } from '../../src/filter/plan/filter-plan';
import { planFilter, planUnchecked } from '../../src/filter/plan/planner';
import { matchesPattern } from '../../src/local/model/event-pattern';
import { filter } from '../filter/support/arbitraries';
import { changeFor } from '../filter/support/directed-change';
import { meaning } from '../filter/support/naive-meaning';

/** What AWS documents for event source mappings, as far as the planner has use for it. */
const OPERATORS = ['exists', 'prefix', 'suffix', 'equals-ignore-case', 'anything-but'];

const PAIRS = Number(process.env.FILTER_PAIRS ?? 20_000);
const SEED = Number(process.env.FILTER_SEED ?? 20_261_123);
const CHANGES_PER_FILTER = 10;
const FILTERS_PER_ROUND = 200;
const MILLIS_PER_PAIR = 20;

interface Total {
  pairs: number;
  /** The filter keeps the change. */
  matched: number;
  /** The patterns let it pass. */
  passed: number;
  /** The patterns alone decide right. */
  exact: number;
  /** Filters that synth refuses. */
  never: number;
  always: number;
  filters: number;
}

interface Case {
  readonly root: FilterNode;
  readonly plan: FilterPlan;
  readonly residual: FilterPredicate;
  readonly records: readonly any[];
}

let ruler: RulerOracle;
beforeAll(() => {
  ruler = RulerOracle.start();
}, 6 * 60 * 1000);
afterAll(() => ruler.stop());

test(`a filter means its patterns under Event Ruler and its residual, in ${PAIRS} pairs`, async () => {
  const total: Total = { pairs: 0, matched: 0, passed: 0, exact: 0, never: 0, always: 0, filters: 0 };
  for (let round = 0; total.pairs < PAIRS; round++) {
    const seed = SEED + round;
    const cases = roots(seed).flatMap((root) => caseOf(root, records(root, seed * 1000 + total.filters++), total));
    const answers = await ruler.ask(cases.flatMap(questionsOf));
    for (const each of cases) {
      for (const record of each.records) {
        const matches = answers.splice(0, each.plan.patterns.length);
        check(each, record, matches, total);
      }
    }
    if (round % 10 === 9) process.stdout.write(`${total.pairs} of ${PAIRS} pairs\n`);
  }
  process.stdout.write(`${JSON.stringify(total)}\n`);
  // The generators have to reach both outcomes, or agreement says nothing.
  expect(total.matched).toBeGreaterThan(total.pairs / 20);
  expect(total.matched).toBeLessThan(total.passed);
  expect(total.passed).toBeLessThan(total.pairs);
}, 60_000 + PAIRS * MILLIS_PER_PAIR);

function roots(seed: number): FilterNode[] {
  return fc.sample(filter, { seed, numRuns: FILTERS_PER_ROUND });
}

function records(root: FilterNode, seed: number): any[] {
  return fc.sample(changeFor(root), { seed, numRuns: CHANGES_PER_FILTER });
}

function caseOf(root: FilterNode, changes: readonly any[], total: Total): Case[] {
  const maxPatterns = 1 + (changes.length + JSON.stringify(root).length) % 5;
  const context = { scopePath: 'test', streamViewType: 'NEW_AND_OLD_IMAGES', maxPatterns, allowResidual: true };
  let plan: FilterPlan;
  try {
    plan = planFilter(root, context);
  } catch (error) {
    // Beside an alternative that is refused stand others: how they are planned is tested all the same.
    if (/one of the alternatives can never match/.test(String(error))) return [asCase(root, planUnchecked(root, context), changes, maxPatterns)];
    const never = /the filter can never match/.test(String(error));
    if (!never && !/matches every change/.test(String(error))) throw error;
    // What synth refuses has to be as it says.
    for (const record of changes) if (meaning(root, record) === never) throw new Error(`${String(error)}\n${JSON.stringify({ root, record })}`);
    total[never ? 'never' : 'always']++;
    total.pairs += changes.length;
    return [];
  }
  return [asCase(root, plan, changes, maxPatterns)];
}

function asCase(root: FilterNode, plan: FilterPlan, changes: readonly any[], maxPatterns: number): Case {
  if (plan.patterns.length > maxPatterns) throw new Error(`${plan.patterns.length} patterns, ${maxPatterns} allowed: ${JSON.stringify(root)}`);
  const tooLong = plan.patterns.find((pattern) => pattern.length > FILTER_PATTERN_CHARACTERS);
  if (tooLong) throw new Error(`pattern too long: ${tooLong}`);
  const unknown = plan.patterns.flatMap((pattern) => operatorsIn(JSON.parse(pattern))).find((operator) => !OPERATORS.includes(operator));
  if (unknown) throw new Error(`operator ${unknown} is not documented for mappings: ${plan.patterns.join()}`);
  return { root, plan, residual: plan.residual ? compileFilter(plan.residual) : () => true, records: changes };
}

/** Objects in a list are operators, unless they are the alternatives of `$or`. */
function operatorsIn(pattern: any): string[] {
  return Object.entries<any>(pattern).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return operatorsIn(value);
    if (name === '$or' && value.every((branch) => typeof branch === 'object')) return value.flatMap(operatorsIn);
    return value.flatMap((matcher) => (typeof matcher === 'object' && matcher !== null ? Object.keys(matcher) : []));
  });
}

function questionsOf({ plan, records: changes }: Case): Question[] {
  return changes.flatMap((event) => plan.patterns.map((pattern) => ({ event, pattern: JSON.parse(pattern) })));
}

function check({ root, plan, residual }: Case, record: any, answers: readonly string[], total: Total): void {
  const complain = (what: string) => {
    throw new Error(`${what}\n${JSON.stringify({ root, patterns: plan.patterns, residual: plan.residual, record, answers }, undefined, 1)}`);
  };
  const refused = answers.find((answer) => answer.startsWith('error'));
  if (refused) complain(`Event Ruler refuses a pattern: ${refused}`);
  for (const [index, answer] of answers.entries()) {
    if (String(matchesPattern(record, JSON.parse(plan.patterns[index]))) !== answer) complain(`matchesPattern differs from Event Ruler on pattern ${index}`);
  }
  const pushdown = answers.length === 0 || answers.includes('true');
  const meant = meaning(root, record);
  if (compileFilter({ version: 1, root })(record) !== meant) complain(`the evaluator differs from the table, which says ${meant}`);
  if (meant && !pushdown) complain('unsound: the patterns drop what the filter keeps');
  if ((pushdown && residual(record)) !== meant) complain(`patterns and residual say ${!meant}, the table says ${meant}`);
  total.pairs++;
  if (meant) total.matched++;
  if (pushdown) total.passed++;
  if (pushdown === meant) total.exact++;
}
