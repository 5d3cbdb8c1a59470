/**
 * What is behind the servers that `createServer` made, for `listen`.
 *
 * @typedef {object} PlainServer
 * @property {(request: import('./plain-request.js').PlainRequest) => Promise<import('./answer.js').Answer>} handler called
 *   without a `Request` between
 * @property {import('./metrics.js').Metrics} metrics
 * @property {((entry: import('./exchange.js').LogEntry) => void) | undefined} log never throws
 *
 * @type {WeakMap<object, PlainServer>}
 */
export const plainServers = new WeakMap();
