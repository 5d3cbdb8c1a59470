/** Options of the JavaScript package's `fireproof()` that say how it works inside. */
const FOREIGN = [
  ...['autoCompact', 'compactStrategy', 'ctx', 'env', 'gatewayInterceptor', 'keyBag'],
  ...['loader', 'meta', 'pathOps', 'storeEnDe', 'storeUrls', 'tenant', 'threshold', 'tracer'],
  ...['txt', 'writeQueue', 'attach'],
];

/**
 * @param {object} [options] of either package
 * @returns {{ options: object, leftOut: string[] }} those of this package, and the names of the others
 */
export function ownOptions(options = {}) {
  const names = Object.keys(options);
  const leftOut = names.filter((name) => FOREIGN.includes(name));
  const own = names.filter((name) => !FOREIGN.includes(name));
  return { options: Object.fromEntries(own.map((name) => [name, options[name]])), leftOut };
}
