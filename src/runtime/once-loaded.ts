/**
 * What is loaded when first needed, and then kept. A load that failed is not kept: the next who needs it tries again, where a rejected promise
 * would fail all of them for as long as the process lives.
 */
export function onceLoaded<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    if (loaded) return loaded;
    const attempt = load();
    attempt.catch(() => { loaded = undefined; });
    loaded = attempt;
    return attempt;
  };
}
