import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The statements of each policy that a page of the documentation lists, in its order. */
export function documentedStatements(page: 'operate' | 'redrive'): readonly (readonly object[])[] {
  const text = readFileSync(resolve(__dirname, `../../docs/${page}.md`), 'utf8');
  return [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => (JSON.parse(block) as { Statement: object[] }).Statement);
}
