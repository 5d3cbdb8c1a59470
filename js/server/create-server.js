import { ReplicationError } from '../errors.js';
import { accessRules } from './access.js';
import { fetchFront } from './fetch-front.js';
import { createHandler } from './handler.js';
import {
  CHECKED_LATER,
  COUNT,
  FLAG,
  FUNCTION,
  MILLISECONDS,
  OBJECT,
  TEXTS,
  checkOptions,
  either,
} from './options.js';
import { Metrics } from './metrics.js';
import { parseOrigins } from './origins.js';
import { pageRules } from './page-rules.js';
import { plainServers } from './plain-servers.js';
import { Rooms } from './rooms/rooms.js';

/** Every option of createServer. `tokens` and `origins` are checked where they are read. */
const OPTIONS = {
  store: OBJECT,
  tokens: CHECKED_LATER,
  authorize: FUNCTION,
  publicRead: either(FLAG, TEXTS),
  origins: CHECKED_LATER,
  hosts: TEXTS,
  maxCarBytes: COUNT,
  maxMetaBytes: COUNT,
  maxUploads: COUNT,
  uploadStall: MILLISECONDS,
  live: OBJECT,
  log: FUNCTION,
};

/**
 * The REST interface to a store of objects; see handler.js for its requests. The result has the shape that
 * Workers, Deno and Bun expect of a module. Free of Node.
 *
 * @param {object} options
 * @param {import('./object-store.js').ObjectStore | Promise<import('./object-store.js').ObjectStore>} options.store
 * @param {import('./tokens.js').Token[]} [options.tokens] who may do what; without this and the next: everybody
 *   everything. Neither may be there and `undefined`: a setting that got lost must not open the server
 * @param {import('./access.js').Authorize} [options.authorize] decides instead
 * @param {boolean | string[]} [options.publicRead] databases that everybody may read: all, or these
 * @param {'*' | string[]} [options.origins] of the pages that may use the server, default every one
 * @param {string[]} [options.hosts] names under which the server is reached, beside addresses, localhost and the hosts of
 *   `origins`. Where origins are named, requests to another name are refused (421) unless they bring a token
 * @param {number} [options.maxCarBytes] larger CARs are refused with 413, default 256 MiB
 * @param {number} [options.maxMetaBytes] likewise, default 16 MiB
 * @param {number} [options.maxUploads] at a time, more are refused with 503, default 1,000; one client may have a quarter,
 *   but at least 64
 * @param {number} [options.uploadStall] milliseconds without a byte, or behind 1,000 bytes a second, that end an upload,
 *   default 30,000
 * @param {(entry: import('./exchange.js').LogEntry) => void} [options.log]
 * @param {{ maxMembers?: number, maxRooms?: number, maxQueuedBytes?: number, maxMessages?: number }} [options.live] limits
 *   of rooms: members of each, default 200; rooms, 10,000; bytes that wait for a member, 1 MiB; messages of a member in
 *   a second, 2,000
 * @returns {{ fetch: (request: Request) => Promise<Response>, live: Rooms }} `live`: what is told of changes and between
 *   live engines; whoever serves WebSockets hands them over, as `listen` does
 * @throws {ReplicationError} `invalid-argument`, also for an option that there is not
 */
export function createServer(options) {
  checkOptions('a server', options, OPTIONS);
  for (const name of ['tokens', 'authorize']) {
    if (Object.hasOwn(options, name) && options[name] === undefined) {
      const message = `a server: \`${name}\` is undefined. Leave it out to let everybody read and write`;
      throw new ReplicationError('invalid-argument', message);
    }
  }
  const {
    store,
    tokens,
    authorize,
    publicRead,
    origins = '*',
    hosts,
    live: limits,
    ...others
  } = options;
  const allowed = parseOrigins(origins);
  const access = accessRules({ tokens, authorize, publicRead });
  const pages = pageRules({ origins: allowed, hosts, isProtected: access.isProtected });
  const metrics = new Metrics();
  const live = new Rooms({ access, limits, origins: allowed });
  const log = others.log && quietly(others.log);
  const handler = createHandler({
    ...others,
    access,
    pages,
    metrics,
    live,
    log,
    store: async () => store,
  });
  const server = { fetch: fetchFront(handler), live };
  plainServers.set(server, { handler, metrics, log });
  return server;
}

/** A log that fails is no reason to fail. */
function quietly(log) {
  return (entry) => {
    try {
      log(entry);
    } catch {
      // Nobody is left to be told.
    }
  };
}
