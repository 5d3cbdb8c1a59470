import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { inTurn } from './in-turn.js';
import { nodeFront } from './node-front.js';
import { addressOf } from './client-address.js';
import { COUNT, FUNCTION, TEXT, checkOptions } from './options.js';
import { plainServers } from './plain-servers.js';
import { refusalsOf } from './refusals.js';
import { refuseHttp } from './refuse-http.js';
import { acceptSockets } from './rooms/sockets.js';

/** Every option of listen. Port 0 stands for a free one. */
const OPTIONS = {
  host: TEXT,
  port: {
    is: (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
    what: 'a port, or 0 for a free one',
  },
  maxConnections: COUNT,
  proxies: {
    is: (value) => Array.isArray(value) && value.every((each) => isIP(each) !== 0),
    what: 'a list of IP addresses',
  },
};

/** Milliseconds that requests get to finish when the server is closed. */
const PATIENCE = 5000;

/** Milliseconds for the head of a request, for all of it, and between two bytes in any direction. */
const HEAD_TIME = 20_000;
const REQUEST_TIME = 60 * 60 * 1000;
const IDLE_TIME = 150_000;

/** Bytes of the first line and the headers of a request. */
const HEAD_BYTES = 16 * 1024;

const CONNECTIONS = 1000;

/**
 * Serves a handler over HTTP on Node. A request with a head of more than 16 KiB, or one that takes longer
 * than 20 s, is refused; so is one that takes an hour. A connection without a byte for 150 s is closed.
 *
 * @param {{ fetch: (request: Request) => Response | Promise<Response>, live?: import('./rooms/rooms.js').Rooms }} handler
 *   `live`: gets WebSockets to `/live`
 * @param {object} [options]
 * @param {string} [options.host] default 127.0.0.1
 * @param {number} [options.port] default a free one
 * @param {number} [options.maxConnections] of which further ones are closed at once, default 1,000. One client may have a
 *   quarter, but at least 64; when it opens one more, its own that has been idle longest is closed
 * @param {string[]} [options.proxies] IP addresses of proxies before this server, which have no share, and whose
 *   X-Forwarded-For tells who the client is
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>} once requests are accepted;
 *   `close` takes no new ones and gives running ones 5 s to finish
 * @throws {import('../errors.js').ReplicationError} `invalid-argument`, also for an option that there is not;
 *   or what the system says if the address cannot be used, for example `EADDRINUSE`
 */
export async function listen(handler, options = {}) {
  checkOptions('listen', { fetch: handler?.fetch ?? null }, { fetch: FUNCTION });
  checkOptions('listen', options, OPTIONS);
  const { host = '127.0.0.1', port = 0, maxConnections = CONNECTIONS } = options;
  const proxies = new Set(options.proxies);
  const refused = refusalsOf(handler);
  const addressAt = ({ remoteAddress }) => addressOf(remoteAddress, undefined, proxies);
  const tooMany = (socket) => {
    refused({ reason: 'too many requests at once', status: null, client: addressAt(socket) });
    socket.destroy();
  };
  const server = createServer(
    {
      headersTimeout: HEAD_TIME,
      maxHeaderSize: HEAD_BYTES,
      requestTimeout: REQUEST_TIME,
      connectionsCheckingInterval: 5000,
    },
    inTurn(listenerOf(handler, proxies), tooMany),
  );
  refuseHttp(server, { maxConnections, proxies, refused, addressAt });
  countConnections(server, handler);
  server.setTimeout(IDLE_TIME);
  if (handler.live) acceptSockets(server, handler.live);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: used } = server.address();
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${used}/`, port: used, close: () => close(server, handler.live) };
}

/** Ours takes requests of Node as they are, any other as those of the Fetch API. */
function listenerOf(handler, proxies) {
  const plain = plainServers.get(handler);
  if (plain === undefined) {
    const ask = (request) => handler.fetch(request);
    return getRequestListener(ask, { overrideGlobalObjects: false });
  }
  return nodeFront(plain.handler, ({ headers, socket }) =>
    addressOf(socket.remoteAddress, headers['x-forwarded-for'], proxies),
  );
}

/** @param {import('node:http').Server} server @param {object} handler */
function countConnections(server, handler) {
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.once('close', () => (connections -= 1));
  });
  const metrics = plainServers.get(handler)?.metrics;
  metrics?.gauge('fireproof_connections', 'Connections that are open.', () => connections);
  const resident = () => process.memoryUsage.rss();
  metrics?.gauge('process_resident_memory_bytes', 'Memory of the process.', resident);
}

/** @param {import('node:http').Server} server @param {import('./rooms/rooms.js').Rooms} [live] */
async function close(server, live) {
  live?.close();
  const closed = new Promise((resolve) => server.close(resolve));
  // Connections whose last answer is just being sent are idle a moment later.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), PATIENCE);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
