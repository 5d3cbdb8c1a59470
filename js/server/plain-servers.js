/**
 * The handlers behind the servers that `createServer` made, for `listen`: it calls them without a `Request` between.
 *
 * @type {WeakMap<object, (request: import('./plain-request.js').PlainRequest) =>
 *   Promise<import('./answer.js').Answer>>}
 */
export const plainServers = new WeakMap();
