/** The PartiQL statements of the ledger, read once each. */

interface InsertStatement {
  readonly kind: 'insert';
  readonly table: string;
  /** Names, in the order of the parameters. */
  readonly sets: readonly string[];
}

interface UpdateStatement {
  readonly kind: 'update';
  readonly table: string;
  readonly sets: readonly string[];
  readonly key: string;
  /** The attribute that must be below the last parameter. */
  readonly below: string;
  /** The attribute that must not be there, if there is one. */
  readonly missing?: string;
}

const INSERT = /^INSERT INTO "([^"]+)" VALUE \{(.+)\}$/;
const UPDATE = /^UPDATE "([^"]+)" (SET .+?) WHERE (\w+) = \? AND (\w+) < \?(?: AND (\w+) IS MISSING)?$/;

const known = new Map<string, InsertStatement | UpdateStatement | undefined>();

/** Undefined for a statement that the ledger does not make. */
export function readStatement(text: string): InsertStatement | UpdateStatement | undefined {
  if (!known.has(text)) known.set(text, read(text));
  return known.get(text);
}

function read(text: string): InsertStatement | UpdateStatement | undefined {
  const insert = INSERT.exec(text);
  if (insert) return { kind: 'insert', table: insert[1], sets: [...insert[2].matchAll(/'(\w+)': \?/g)].map((match) => match[1]) };
  const update = UPDATE.exec(text);
  if (!update) return undefined;
  const [, table, sets, key, below, missing] = update;
  return { kind: 'update', table, sets: [...sets.matchAll(/SET (\w+) = \?/g)].map((match) => match[1]), key, below, missing };
}
