import { readFileSync } from 'node:fs';

interface Docs { readonly summary?: string; readonly remarks?: string; readonly default?: string }
interface Member {
  readonly name: string;
  readonly docs?: Docs;
  readonly optional?: boolean;
  readonly protected?: boolean;
  readonly type?: { readonly primitive?: string; readonly fqn?: string };
}
interface Type {
  readonly fqn: string;
  readonly kind: string;
  readonly docs?: Docs;
  readonly datatype?: boolean;
  readonly abstract?: boolean;
  readonly initializer?: Omit<Member, 'name'>;
  readonly properties?: readonly Member[];
  readonly methods?: readonly Member[];
  readonly members?: readonly Member[];
}

const { types } = JSON.parse(readFileSync('.jsii', 'utf8')) as { types: Record<string, Type> };
const all = Object.values(types);
const structs = all.filter(({ datatype }) => datatype);

/** Whoever may call it. An abstract class is never made by a user. */
function members({ initializer, abstract, properties = [], methods = [], members: values = [] }: Type): readonly Member[] {
  const constructor = initializer && !abstract ? [{ ...initializer, name: 'constructor' }] : [];
  return [...constructor, ...properties, ...methods, ...values].filter((member) => !member.protected);
}

const lacking = (of: readonly Type[], wrong: (member: Member) => boolean) => of
  .flatMap((type) => members(type).filter(wrong).map(({ name }) => `${type.fqn}.${name}`));

const words = ({ docs }: Member) => [docs?.summary, docs?.remarks, docs?.default].join(' ');

test('there is a public surface to look at', () => {
  expect(all.length).toBeGreaterThan(20);
  expect(structs.length).toBeGreaterThan(5);
});

test('every public type and member has a docstring', () => {
  expect(all.filter(({ docs }) => !docs?.summary).map(({ fqn }) => fqn)).toEqual([]);
  expect(lacking(all, ({ docs }) => !docs?.summary)).toEqual([]);
});

test('every optional property states its default', () => {
  expect(lacking(structs, ({ optional, docs }) => optional === true && !docs?.default)).toEqual([]);
});

test('a default says what happens, never "none" of something', () => {
  expect(lacking(structs, ({ docs }) => /^-?\s*(none|undefined)\.?$/i.test(docs?.default ?? ''))).toEqual([]);
});

test('every number and duration states its bounds, or its unit where it has no bounds', () => {
  const isMeasured = ({ type }: Member) => type?.primitive === 'number' || type?.fqn === 'aws-cdk-lib.Duration';
  const isStated = (member: Member) => /\d|\bat least\b|\bat most\b|\bless than\b|\bmilliseconds\b|\bwhole days\b/.test(words(member));
  expect(structs.flatMap(members).filter(isMeasured).length).toBeGreaterThan(8);
  expect(lacking(structs, (member) => isMeasured(member) && !isStated(member))).toEqual([]);
});
