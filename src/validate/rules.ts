import { isLater, Problem, Rule } from './shape';

/** The way out for some values, such as the one that the user has most likely meant. */
export type Remedy = (value: any) => string | undefined;

export function rule(allowed: string, accepts: (value: any) => boolean, remedy: Remedy = () => undefined): Rule {
  return { allowed, problem: (value) => (accepts(value) ? undefined : { given: value, allowed, remedy: remedy(value) }) };
}

export function required(of: Rule): Rule {
  return { ...of, required: true };
}

/** Whether a value has members of these names. They are not read: a getter may create what it returns. */
export function has(...names: string[]): (value: any) => boolean {
  return (value) => typeof value === 'object' && value !== null && names.every((name) => name in value);
}

export const TEXT = rule('a text', (value) => typeof value === 'string');
export const NUMBER = rule('a number', (value) => typeof value === 'number', (value) => (has('toSeconds')(value) ? 'It is not a duration' : undefined));
export const FLAG = rule('true or false', (value) => typeof value === 'boolean');
export const DURATION = rule('a Duration', has('toSeconds', 'isUnresolved'), (value) => (typeof value === 'number' ? `Write Duration.seconds(${value}), or another unit` : undefined));

export function oneOf(name: string, members: { readonly [key: string]: unknown }): Rule {
  const values = Object.values(members);
  return rule(`a member of ${name}: ${Object.keys(members).join(', ')}`, (value) => values.includes(value));
}

export function listOf(each: Rule): Rule {
  return {
    allowed: `a list, of which each is ${each.allowed}`,
    problem: (value) => (Array.isArray(value) ? first(value.map((one, index) => within(`[${index}]`, one, required(each)))) : { given: value, allowed: `a list, of which each is ${each.allowed}` }),
  };
}

export function mapOf(each: Rule): Rule {
  const allowed = `an object, of which each value is ${each.allowed}`;
  return {
    allowed,
    problem: (value) => (isPlain(value) ? first(Object.entries(value).map(([name, one]) => within(`.${name}`, one, each))) : { given: value, allowed }),
  };
}

/** A struct of these properties; others are not looked at. */
export function struct(rules: { readonly [property: string]: Rule }, remedy?: Remedy): Rule {
  const names = Object.keys(rules);
  const allowed = names.length > 0 ? `an object with ${names.join(', ')}` : 'an object';
  return {
    allowed,
    problem: (value) => {
      if (!isPlain(value)) return { given: value, allowed, remedy: remedy?.(value) };
      return first(names.map((name) => within(`.${name}`, value[name], rules[name])));
    },
  };
}

function within(at: string, value: unknown, each: Rule): Problem | undefined {
  if (value === undefined || value === null) return each.required ? { at, given: undefined, allowed: each.allowed } : undefined;
  const problem = isLater(value) ? undefined : each.problem(value);
  return problem && { ...problem, at: `${at}${problem.at ?? ''}` };
}

function first(problems: readonly (Problem | undefined)[]): Problem | undefined {
  return problems.find((problem) => problem !== undefined);
}

function isPlain(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
