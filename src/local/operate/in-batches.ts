/** What an account's read limits bear at once. */
const AT_ONCE = 8;

/** Runs calls a few at a time, and answers in the order of what was given. */
export async function inBatches<From, To>(all: readonly From[], call: (one: From) => Promise<To>): Promise<To[]> {
  const results: To[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) results.push(...await Promise.all(all.slice(start, start + AT_ONCE).map(call)));
  return results;
}
