import { WebSocketServer } from 'ws';
import { LARGEST_MESSAGE } from './rooms.js';

/** Where sockets are taken, below the folder of the objects. */
export const LIVE_PATH = '/live';

/** Milliseconds that a socket has to answer when it is closed. */
const GOODBYE = 1000;

/**
 * Takes the WebSockets of a server of Node into rooms.
 *
 * @param {import('node:http').Server} server
 * @param {import('./rooms.js').Rooms} rooms
 */
export function acceptSockets(server, rooms) {
  rooms.isServed = true;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false, // frames are encrypted
  });
  sockets.on('connection', (socket) => serve(socket, rooms));
  server.on('upgrade', (request, stream, head) => {
    const { origin } = request.headers;
    const [path] = request.url.split('?');
    const status = !path.endsWith(LIVE_PATH)
      ? '404 Not Found'
      : origin === undefined || rooms.allows(origin)
        ? null
        : '403 Forbidden';
    if (status !== null) {
      stream.on('error', () => {});
      stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) =>
      sockets.emit('connection', socket, request),
    );
  });
}

/** @param {import('ws').WebSocket} socket @param {import('./rooms.js').Rooms} rooms */
function serve(socket, rooms) {
  const session = rooms.accept({
    send: (data) => socket.readyState === socket.OPEN && socket.send(data),
    queued: () => socket.bufferedAmount,
    close(code, reason) {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), GOODBYE).unref();
    },
  });
  socket.on('message', (data, isBinary) => session.receive(isBinary ? data : data.toString()));
  socket.on('close', () => session.closed());
  socket.on('error', () => {}); // `close` follows
}
