/** A member of any value, for values of user code: undefined where reading it throws, as with a getter that fails or a revoked proxy. */
export function property(value: unknown, key: PropertyKey): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    return (value as { readonly [key: PropertyKey]: unknown })[key];
  } catch {
    return undefined;
  }
}
