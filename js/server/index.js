/**
 * The server: a handler of the Fetch API that also runs outside Node, and what Node adds to it. Modules of
 * Node are loaded only by those who use them.
 */

import { ReplicationError } from '../errors.js';
import { createHandler } from './handler.js';

/**
 * The REST interface to a store of objects; see handler.js for its requests. The result has the shape that
 * Workers, Deno and Bun expect of a module.
 *
 * @param {object} options
 * @param {string} [options.dir] folder of the objects (Node); created when the first one is stored
 * @param {import('./object-store.js').ObjectStore} [options.store] instead of `dir`
 * @param {number} [options.maxCarBytes] larger CARs are refused with 413, default 256 MiB
 * @param {number} [options.maxMetaBytes] likewise, default 16 MiB
 * @returns {{ fetch: (request: Request) => Promise<Response> }}
 * @throws {ReplicationError} `invalid-argument` unless there is one of `dir` and `store`
 */
export function createServer({ dir, store, maxCarBytes, maxMetaBytes }) {
  if ((dir === undefined) === (store === undefined)) {
    throw new ReplicationError('invalid-argument', 'a server needs either dir or store');
  }
  const given =
    store ?? import('./directory-store.js').then((module) => module.directoryStore(dir));
  return { fetch: createHandler({ store: async () => given, maxCarBytes, maxMetaBytes }) };
}

/**
 * Serves a handler over HTTP on Node; see listen.js.
 *
 * @param {{ fetch: (request: Request) => Response | Promise<Response> }} handler from createServer
 * @param {{ host?: string, port?: number }} [options] default 127.0.0.1, and a free port
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function listen(handler, options) {
  const node = await import('./listen.js');
  return node.listen(handler, options);
}
