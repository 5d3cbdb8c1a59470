import { createAdaptorServer } from '@hono/node-server';

/** Milliseconds that requests get to finish when the server is closed. */
const PATIENCE = 5000;

/**
 * Serves a handler over HTTP on Node.
 *
 * @param {{ fetch: (request: Request) => Response | Promise<Response> }} handler
 * @param {{ host?: string, port?: number }} [options] default 127.0.0.1, and a free port
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>} once requests are accepted;
 *   `close` takes no new ones and gives running ones 5 s to finish
 * @throws what the system says if the address cannot be used, for example `EADDRINUSE`
 */
export async function listen(handler, { host = '127.0.0.1', port = 0 } = {}) {
  const server = createAdaptorServer({ fetch: handler.fetch, overrideGlobalObjects: false });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: used } = server.address();
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${used}/`, port: used, close: () => close(server) };
}

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
