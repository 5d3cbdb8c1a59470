import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { inTurn } from './in-turn.js';
import { nodeFront } from './node-front.js';
import { COUNT, FUNCTION, TEXT, checkOptions } from './options.js';
import { plainServers } from './plain-servers.js';

/** Every option of listen. Port 0 stands for a free one. */
const OPTIONS = {
  host: TEXT,
  port: {
    is: (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
    what: 'a port, or 0 for a free one',
  },
  maxConnections: COUNT,
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
 * @param {{ fetch: (request: Request) => Response | Promise<Response> }} handler
 * @param {{ host?: string, port?: number, maxConnections?: number }} [options] default 127.0.0.1, a free
 *   port, and 1,000 connections, of which further ones are closed at once
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>} once requests are accepted;
 *   `close` takes no new ones and gives running ones 5 s to finish
 * @throws {import('../errors.js').ReplicationError} `invalid-argument`, also for an option that there is not;
 *   or what the system says if the address cannot be used, for example `EADDRINUSE`
 */
export async function listen(handler, options = {}) {
  checkOptions('listen', { fetch: handler?.fetch ?? null }, { fetch: FUNCTION });
  checkOptions('listen', options, OPTIONS);
  const { host = '127.0.0.1', port = 0, maxConnections = CONNECTIONS } = options;
  const server = createServer(
    {
      headersTimeout: HEAD_TIME,
      maxHeaderSize: HEAD_BYTES,
      requestTimeout: REQUEST_TIME,
      connectionsCheckingInterval: 5000,
    },
    inTurn(listenerOf(handler), (socket) => socket.destroy()),
  );
  server.maxConnections = maxConnections;
  server.setTimeout(IDLE_TIME);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: used } = server.address();
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${used}/`, port: used, close: () => close(server) };
}

/** Ours takes requests of Node as they are, any other as those of the Fetch API. */
function listenerOf(handler) {
  const plain = plainServers.get(handler);
  if (plain !== undefined) return nodeFront(plain, addressOf);
  return getRequestListener((request) => handler.fetch(request), { overrideGlobalObjects: false });
}

/** An address of IPv4 that came as one of IPv6 counts as itself. */
const addressOf = ({ socket }) => socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? null;

/** @param {import('node:http').Server} server */
async function close(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  // Connections whose last answer is just being sent are idle a moment later.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), PATIENCE);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
