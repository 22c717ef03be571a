/** DynamoDB's condition and update expressions, and the two PartiQL statements of the ledger, on items kept in memory. */

export type MemoryItem = { [name: string]: unknown };

export interface ExpressionNames {
  readonly names: { readonly [placeholder: string]: string };
  readonly values: { readonly [placeholder: string]: unknown };
}

type Condition = (item: MemoryItem, context: ExpressionNames) => boolean;
type Operand = (item: MemoryItem, context: ExpressionNames) => unknown;
type Update = (item: MemoryItem, before: MemoryItem, context: ExpressionNames) => void;

const TOKEN = /\s*(attribute_not_exists|attribute_exists|if_not_exists|begins_with|<>|<=|>=|[#:]?[A-Za-z_]\w*|[().,=<>+-])/y;

class Tokens {
  private readonly list: string[] = [];
  private next = 0;

  public constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (!match) throw new SyntaxError(`cannot read expression at ${at}: ${text}`);
      this.list.push(match[1]);
    }
  }

  public get peek(): string | undefined {
    return this.list[this.next];
  }

  public take(): string {
    const token = this.list[this.next];
    if (token === undefined) throw new SyntaxError(`expression ends too early: ${this.text}`);
    this.next += 1;
    return token;
  }

  public accept(token: string): boolean {
    if (this.peek !== token) return false;
    this.next += 1;
    return true;
  }

  public expect(token: string): void {
    if (!this.accept(token)) throw new SyntaxError(`expected ${token} before ${this.peek ?? 'the end'}: ${this.text}`);
  }

  public end(): void {
    if (this.peek !== undefined) throw new SyntaxError(`unexpected ${this.peek}: ${this.text}`);
  }
}

interface Path {
  get(item: MemoryItem, context: ExpressionNames): unknown;
  set(item: MemoryItem, value: unknown, context: ExpressionNames): void;
  remove(item: MemoryItem, context: ExpressionNames): void;
}

function path(tokens: Tokens): Path {
  const parts = [tokens.take()];
  while (tokens.accept('.')) parts.push(tokens.take());
  const resolve = (part: string, context: ExpressionNames) => {
    const name = part.startsWith('#') ? context.names[part] : part;
    if (name === undefined) throw new SyntaxError(`${part} is not defined`);
    return name;
  };
  const parent = (item: MemoryItem, context: ExpressionNames): MemoryItem | undefined => {
    let at: unknown = item;
    for (const part of parts.slice(0, -1)) at = (at as MemoryItem | undefined)?.[resolve(part, context)];
    return at as MemoryItem | undefined;
  };
  const last = parts[parts.length - 1];
  return {
    get: (item, context) => parent(item, context)?.[resolve(last, context)],
    set: (item, value, context) => {
      const target = parent(item, context);
      if (target === undefined) throw new SyntaxError('the document path is not in the item');
      target[resolve(last, context)] = value;
    },
    remove: (item, context) => {
      delete parent(item, context)?.[resolve(last, context)];
    },
  };
}

function operand(tokens: Tokens): Operand {
  if (tokens.accept('if_not_exists')) {
    tokens.expect('(');
    const where = path(tokens);
    tokens.expect(',');
    const otherwise = operand(tokens);
    tokens.expect(')');
    return (item, context) => where.get(item, context) ?? otherwise(item, context);
  }
  if (tokens.peek?.startsWith(':')) {
    const placeholder = tokens.take();
    return (_item, context) => {
      if (!(placeholder in context.values)) throw new SyntaxError(`${placeholder} is not defined`);
      return context.values[placeholder];
    };
  }
  const where = path(tokens);
  return (item, context) => where.get(item, context);
}

function sum(tokens: Tokens): Operand {
  let left = operand(tokens);
  while (tokens.peek === '+' || tokens.peek === '-') {
    const sign = tokens.take() === '+' ? 1 : -1;
    const before = left;
    const right = operand(tokens);
    left = (item, context) => Number(before(item, context)) + sign * Number(right(item, context));
  }
  return left;
}

const COMPARE: { readonly [operator: string]: (a: never, b: never) => boolean } = {
  '=': (a, b) => a === b, '<>': (a, b) => a !== b, '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
};

function comparison(tokens: Tokens): Condition {
  if (tokens.accept('(')) {
    const inner = disjunction(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.accept('NOT')) {
    const inner = comparison(tokens);
    return (item, context) => !inner(item, context);
  }
  for (const [name, wanted] of [['attribute_not_exists', false], ['attribute_exists', true]] as const) {
    if (!tokens.accept(name)) continue;
    tokens.expect('(');
    const where = path(tokens);
    tokens.expect(')');
    return (item, context) => (where.get(item, context) !== undefined) === wanted;
  }
  const left = operand(tokens);
  const compare = COMPARE[tokens.take()];
  if (!compare) throw new SyntaxError('unknown comparison');
  const right = operand(tokens);
  // A comparison with an attribute that is not there, or of another type, does not hold.
  return (item, context) => {
    const [a, b] = [left(item, context), right(item, context)];
    return a !== undefined && b !== undefined && typeof a === typeof b && compare(a as never, b as never);
  };
}

function conjunction(tokens: Tokens): Condition {
  const parts = [comparison(tokens)];
  while (tokens.accept('AND')) parts.push(comparison(tokens));
  return parts.length === 1 ? parts[0] : (item, context) => parts.every((part) => part(item, context));
}

function disjunction(tokens: Tokens): Condition {
  const parts = [conjunction(tokens)];
  while (tokens.accept('OR')) parts.push(conjunction(tokens));
  return parts.length === 1 ? parts[0] : (item, context) => parts.some((part) => part(item, context));
}

function update(tokens: Tokens): Update {
  const actions: Update[] = [];
  while (tokens.peek !== undefined) {
    const clause = tokens.take();
    if (clause !== 'SET' && clause !== 'REMOVE') throw new SyntaxError(`unknown clause ${clause}`);
    do {
      const where = path(tokens);
      if (clause === 'REMOVE') {
        actions.push((item, _before, context) => where.remove(item, context));
      } else {
        tokens.expect('=');
        const value = sum(tokens);
        actions.push((item, before, context) => where.set(item, value(before, context), context));
      }
    } while (tokens.accept(','));
  }
  return (item, before, context) => actions.forEach((action) => action(item, before, context));
}

const conditions = new Map<string, Condition>();
const updates = new Map<string, Update>();

export function holds(text: string | undefined, item: MemoryItem, context: ExpressionNames): boolean {
  if (text === undefined) return true;
  let condition = conditions.get(text);
  if (!condition) {
    const tokens = new Tokens(text);
    condition = disjunction(tokens);
    tokens.end();
    conditions.set(text, condition);
  }
  return condition(item, context);
}

/** The item after an update expression; the one before is left as it is. */
export function updated(text: string, item: MemoryItem, context: ExpressionNames): MemoryItem {
  let change = updates.get(text);
  if (!change) updates.set(text, change = update(new Tokens(text)));
  const after = structuredCopy(item);
  change(after, item, context);
  return after;
}

/** Items here hold plain values and maps of them. */
function structuredCopy(item: MemoryItem): MemoryItem {
  const copy: MemoryItem = {};
  for (const name in item) {
    const value = item[name];
    const copied = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype ? structuredCopy(value as MemoryItem) : value;
    // An attribute may be named __proto__, which plain assignment would swallow.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: copied, enumerable: true, configurable: true, writable: true });
    else copy[name] = copied;
  }
  return copy;
}
