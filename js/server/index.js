/**
 * `fireproof-wasm/server` on Node: the handler, which is free of it, and a folder and a port for it.
 */

import { ReplicationError } from '../errors.js';
import { createServer as create } from './create-server.js';
import { directoryStore } from './directory-store.js';
import { TEXT } from './options.js';

export { listen } from './listen.js';
export { createPresigner } from './presign.js';
export { s3Store } from './s3-store.js';
export { bearerTokens } from './tokens.js';

/**
 * The REST interface to a folder, or to a store of objects.
 *
 * @param {Omit<Parameters<typeof create>[0], 'store'> & {
 *   dir?: string, store?: import('./object-store.js').ObjectStore }} options those of create-server.js, and
 *   `dir`: the folder of the objects, created when the first one is stored
 * @returns {ReturnType<typeof create>}
 * @throws {ReplicationError} `invalid-argument`, also unless there is one of `dir` and `store`
 */
export function createServer(options) {
  const { dir, store, ...others } = options ?? {};
  if ((dir === undefined) === (store === undefined)) {
    throw new ReplicationError('invalid-argument', 'a server needs either dir or store');
  }
  if (dir !== undefined && !TEXT.is(dir)) {
    throw new ReplicationError('invalid-argument', '`dir` has to be the path of a folder');
  }
  return create({ ...others, store: dir === undefined ? store : directoryStore(dir) });
}
