/**
 * `fireproof-wasm/server` outside Node: for Workers, Deno, Bun and bundlers. No module of Node can be
 * reached from here.
 */

import { ReplicationError } from '../errors.js';
import { createServer as create } from './create-server.js';
import { s3Store as bucketStore } from './s3-store.js';

export { createPresigner } from './presign.js';
export { bearerTokens } from './tokens.js';

/**
 * Workers are many processes, so none of them is ever the only one that writes.
 *
 * @param {Parameters<typeof bucketStore>[0]} options
 * @returns {ReturnType<typeof bucketStore>}
 */
export function s3Store(options) {
  if (options.exclusive) {
    throw new ReplicationError(
      'invalid-argument',
      's3Store: `exclusive` is for one server on Node',
    );
  }
  return bucketStore(options);
}

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
