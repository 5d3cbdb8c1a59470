/**
 * `fireproof-wasm/server` outside Node: for Workers, Deno, Bun and bundlers. No module of Node can be
 * reached from here.
 */

import { ReplicationError } from '../errors.js';
import { createServer as create } from './create-server.js';

export { createPresigner } from './presign.js';
export { s3Store } from './s3-store.js';
export { bearerTokens } from './tokens.js';

/**
 * @param {Parameters<typeof create>[0]} options
 * @returns {ReturnType<typeof create>}
 */
export function createServer(options) {
  if (options?.store === undefined || options.dir !== undefined) {
    throw new ReplicationError('invalid-argument', 'a server outside Node needs a store');
  }
  return create(options);
}

/** The counterpart on Node serves over HTTP; here the platform does, with `fetch` of createServer. */
export async function listen() {
  throw new ReplicationError('invalid-argument', 'listen is for Node');
}
