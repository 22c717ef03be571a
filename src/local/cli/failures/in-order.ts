/** Does something with each of many, some at a time, and gives the results in their order. No more than `width` are under way, or wait to be taken. */
export async function* inOrder<From, To>(all: AsyncIterable<From>, width: number, call: (one: From) => Promise<To>): AsyncGenerator<To> {
  const begun: Promise<To>[] = [];
  for await (const one of all) {
    const result = call(one);
    // It is thrown when its turn comes.
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length === width) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}
