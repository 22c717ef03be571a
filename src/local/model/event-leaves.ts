/** Where a leaf stands in the event's arrays: array number and index, in pairs from the outside in. */
type Membership = readonly number[];

/** A value at the end of a path. */
export interface Leaf {
  readonly value: string | number | boolean | null;
  readonly membership: Membership;
}

export type Leaves = ReadonlyMap<string, readonly Leaf[]>;

/** The matcher knows an event only by its leaves: paths joined with dots, arrays and empty objects leave no trace of their own. */
export function leavesOf(event: unknown): Leaves {
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const visit = (node: unknown, path: string, membership: Membership): void => {
    if (Array.isArray(node)) {
      const array = arrays;
      arrays += 1;
      node.forEach((element, index) => visit(element, path, [...membership, array, index]));
    } else if (typeof node === 'object' && node !== null) {
      for (const [name, value] of Object.entries(node)) visit(value, path === '' ? name : `${path}.${name}`, membership);
    } else if (node !== undefined) {
      const leaf: Leaf = { value: node as Leaf['value'], membership };
      const sharing = leaves.get(path);
      if (sharing === undefined) leaves.set(path, [leaf]);
      else sharing.push(leaf);
    }
  };
  visit(event, '', []);
  return leaves;
}

/** Fields of different elements of one array must not be mixed into one match. */
export function consistent(a: Leaf, b: Leaf): boolean {
  for (let i = 0; i < a.membership.length; i += 2) {
    for (let j = 0; j < b.membership.length; j += 2) {
      if (a.membership[i] === b.membership[j] && a.membership[i + 1] !== b.membership[j + 1]) return false;
    }
  }
  return true;
}
