import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { CaseResult, isMet } from '../case';
import { GUARANTEES } from '../guarantees';
import { BUILD, ROOT } from '../paths';

const PACKAGES = [
  '@aws-lambda-powertools/batch', '@aws-lambda-powertools/idempotency', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', 'aws-cdk-lib', 'esbuild',
  '@aws-solutions-constructs/aws-dynamodbstreams-lambda',
];

/** Writes what was measured, with what it was measured on. Rows of cases that did not run this time are kept. */
export function writeResults(file: string, results: readonly CaseResult[]): void {
  const kept = readCases(file).filter(({ name }) => !results.some((result) => result.name === name));
  writeFileSync(file, `${JSON.stringify({
    versions: { node: process.version, ...Object.fromEntries(PACKAGES.flatMap(version)) },
    machine: { cpus: cpus().length, model: cpus()[0]?.model, architecture: process.arch },
    guarantees: GUARANTEES,
    cases: [...kept, ...results.map((result) => ({ ...result, figures: result.figures.map((figure) => ({ ...figure, met: isMet(figure) })) }))],
  }, rounded, 2)}\n`);
}

function readCases(file: string): CaseResult[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { cases: CaseResult[] }).cases;
  } catch {
    return [];
  }
}

function version(name: string): [string, string][] {
  for (const root of [ROOT, join(BUILD, 'solutions')]) {
    try {
      return [[name, (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version]];
    } catch {
      continue;
    }
  }
  return [];
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
