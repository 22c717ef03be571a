import { z } from 'zod';
import { UsageError } from './usage-error';
import {
  BATCH_SIZE, BATCHING_WINDOW_SECONDS, FILTER_PATTERN_CHARACTERS, FILTER_PATTERNS, LAMBDA_TIMEOUT_SECONDS, MAX_RECORD_AGE_SECONDS,
  PARALLELIZATION_FACTOR, RETRY_ATTEMPTS,
} from '../../contract/limits';
import { UNLIMITED } from '../model/config';
import { compilePattern } from '../model/event-pattern';

const within = ({ min, max }: { readonly min: number; readonly max: number }) => z.int().min(min).max(max);
const unlimitedOr = ({ min, max }: { readonly min: number; readonly max: number }) => z.int().refine(
  value => value === UNLIMITED || (value >= min && value <= max), `expected ${UNLIMITED} or an integer from ${min} to ${max}`);
const seconds = z.number().min(0);
const ordinal = z.int();

const filter = z.string().max(FILTER_PATTERN_CHARACTERS).check(context => {
  try {
    compilePattern(JSON.parse(context.value));
  } catch (error) {
    context.issues.push({ code: 'custom', message: (error as Error).message, input: context.value });
  }
});

const mapping = z.strictObject({
  batchSize: within(BATCH_SIZE),
  windowSeconds: within(BATCHING_WINDOW_SECONDS),
  retryAttempts: unlimitedOr(RETRY_ATTEMPTS),
  maxRecordAgeSeconds: unlimitedOr(MAX_RECORD_AGE_SECONDS),
  bisect: z.boolean(),
  reportBatchItemFailures: z.boolean(),
  parallelizationFactor: within(PARALLELIZATION_FACTOR),
  startingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  enabledAtSeconds: seconds,
  filters: z.array(filter).max(FILTER_PATTERNS),
}).partial();

const record = z.strictObject({
  ordinal: ordinal.optional(),
  key: z.string().default('a'),
  atSeconds: seconds.default(0),
  bytes: z.int().min(0).default(100),
});

const handler = z.strictObject({
  bad: z.array(ordinal),
  mode: z.enum(['report', 'throw', 'emptyIdentifier', 'unknownIdentifier', 'reportAll']),
  failFirst: z.record(z.string().regex(/^-?\d+$/, 'expected the ordinal of a record'), z.int().min(0)),
  seconds: seconds.max(LAMBDA_TIMEOUT_SECONDS.max),
}).partial();

const esmCase = z.strictObject({
  mapping: mapping.default({}),
  records: z.array(record).transform(records => records.map((given, index) => ({ ...given, ordinal: given.ordinal ?? index + 1 }))),
  handler: handler.default({}),
}).check(({ value, issues }) => {
  const seen = new Set<number>();
  value.records.forEach((given, index) => {
    if (seen.has(given.ordinal)) {
      issues.push({ code: 'custom', message: `ordinal ${given.ordinal} is taken`, path: ['records', index, 'ordinal'], input: given.ordinal });
    }
    seen.add(given.ordinal);
  });
});

export type EsmCase = z.output<typeof esmCase>;

/** Reads a case, or says in one sentence a problem what is wrong with it and where. */
export function parseEsmCase(text: string): EsmCase {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`the case is not JSON: ${(error as Error).message}`);
  }
  const parsed = esmCase.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UsageError(['the case is malformed:', ...parsed.error.issues.map(problem)].join('\n  '));
}

function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `${[...issue.path, key].join('.')}: unknown field`).join('\n  ');
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
