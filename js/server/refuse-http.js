import { clientOf } from './client-address.js';
import { ConnectionShares } from './connection-shares.js';
import { isAnswering } from './in-turn.js';
import { shareOf } from './places.js';

/** Answers to what is no request, by the code of Node. Any other is 400. */
const ANSWERS = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** Codes of connections that went away, which nobody refused. */
const GONE = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'HPE_INVALID_EOF_STATE']);

/**
 * Refuses what is no HTTP, and connections beyond their number and their client's share, and tells of it.
 *
 * @param {import('node:http').Server} server
 * @param {object} options
 * @param {number} options.maxConnections
 * @param {Set<string>} options.proxies addresses that have no share
 * @param {ReturnType<typeof import('./refusals.js').refusalsOf>} options.refused
 * @param {(socket: import('node:net').Socket) => string | null} options.addressAt
 */
export function refuseHttp(server, { maxConnections, proxies, refused, addressAt }) {
  server.maxConnections = maxConnections;
  server.on('drop', (from) => {
    refused({ reason: 'too many connections', status: null, client: from?.remoteAddress ?? null });
  });

  const shares = new ConnectionShares(shareOf(maxConnections), (client) =>
    refused({ reason: 'too many connections of one client', status: null, client }),
  );
  server.on('connection', (socket) => {
    const address = addressAt(socket);
    if (address !== null && !proxies.has(address)) shares.add(socket, clientOf(address));
  });

  server.on('clientError', (error, socket) => {
    const code = /** @type {any} */ (error).code ?? 'malformed';
    if (GONE.has(code)) return void socket.destroy();
    const line = ANSWERS[code] ?? '400 Bad Request';
    // What is written while an answer is on its way would become a part of it.
    const canAnswer = socket.writable && !isAnswering(socket);
    const status = canAnswer ? Number(line.slice(0, 3)) : null;
    refused({ reason: code, status, client: addressAt(socket) });
    if (!canAnswer) return void socket.destroy();
    socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    // Node reads no more of it, and closes what its client does not.
    socket.destroySoon();
  });
}
