import { POISON_WORD, Writing } from './writing';

/** The last text of each post: what its verdict must be for in the end, and say. */
export function lastTexts(writings: readonly Writing[]): ReadonlyMap<string, Writing> {
  const last = new Map<string, Writing>();
  for (const writing of writings) if (writing.revision > (last.get(writing.postId)?.revision ?? 0)) last.set(writing.postId, writing);
  return last;
}

export function isPoison({ text }: Writing): boolean {
  return text.includes(POISON_WORD);
}

/**
 * How many texts a worker judges that never waits, never fails, and after each text of a post takes the newest one that is there. One that has to wait
 * may get by with fewer; fewer than one a post is impossible.
 */
export function callsWithoutWaiting(writings: readonly Writing[], millisOf: (text: string) => number): number {
  const free = new Map<string, number>();
  let calls = 0;
  for (const postId of new Set(writings.map((writing) => writing.postId))) {
    const own = writings.filter((writing) => writing.postId === postId);
    for (let next = 0; next < own.length;) {
      const begin = Math.max(own[next].at, free.get(postId) ?? 0);
      while (next + 1 < own.length && own[next + 1].at <= begin) next += 1;
      free.set(postId, begin + millisOf(own[next].text));
      calls += 1;
      next += 1;
    }
  }
  return calls;
}

/** Texts that were asked about after a newer one of their post. */
export function askedOutOfOrder(asked: readonly { readonly postId: string; readonly revision: number }[]): number {
  const newest = new Map<string, number>();
  let outOfOrder = 0;
  for (const { postId, revision } of asked) {
    if (revision < (newest.get(postId) ?? 0)) outOfOrder += 1;
    newest.set(postId, Math.max(revision, newest.get(postId) ?? 0));
  }
  return outOfOrder;
}
