import { ReplicationError } from '../errors.js';
import { accessRules } from './access.js';
import { createHandler } from './handler.js';

/**
 * The REST interface to a store of objects; see handler.js for its requests. The result has the shape that
 * Workers, Deno and Bun expect of a module. Free of Node.
 *
 * @param {object} options
 * @param {import('./object-store.js').ObjectStore | Promise<import('./object-store.js').ObjectStore>} options.store
 * @param {import('./tokens.js').Token[]} [options.tokens] who may do what; without this and the next: everybody
 *   everything
 * @param {import('./access.js').Authorize} [options.authorize] decides instead
 * @param {boolean | string[]} [options.publicRead] databases that everybody may read: all, or these
 * @param {'*' | string[]} [options.origins] of the pages that may use the server, default every one
 * @param {number} [options.maxCarBytes] larger CARs are refused with 413, default 256 MiB
 * @param {number} [options.maxMetaBytes] likewise, default 16 MiB
 * @param {number} [options.maxUploads] at a time, more are refused with 503, default 1,000
 * @param {number} [options.uploadStall] milliseconds without a byte that end an upload, default 30,000
 * @param {(entry: import('./exchange.js').LogEntry) => void} [options.log]
 * @returns {{ fetch: (request: Request) => Promise<Response> }}
 * @throws {ReplicationError} `invalid-argument`
 */
export function createServer({ store, tokens, authorize, publicRead, origins, ...options }) {
  const isOrigin = (text) => URL.canParse(text) && new URL(text).origin === text;
  if (origins !== undefined && origins !== '*') {
    const wrong = [origins].flat().find((origin) => !isOrigin(origin));
    if (wrong !== undefined || !Array.isArray(origins)) {
      const message = `origins are '*' or a list of 'https://host': ${wrong ?? origins}`;
      throw new ReplicationError('invalid-argument', message);
    }
  }
  const access = accessRules({ tokens, authorize, publicRead });
  return { fetch: createHandler({ ...options, access, origins, store: async () => store }) };
}
