import { createServer, request as connect } from 'node:http';

/** What S3 says when it is asked for too much. */
const BUSY = '<Error><Code>SlowDown</Code></Error>';

/**
 * A proxy before a server, on a free port of the loopback interface, that can be broken.
 *
 * @param {string} target address of the server
 * @returns {Promise<{ url: string, stall: () => void, refuse: () => void, close: () => Promise<void> }>} `stall`: from
 *   then on nothing is answered. `refuse`: everything is answered 503. `close`: nobody is there
 */
export async function startBreakableProxy(target) {
  const { hostname, port } = new URL(target);
  let handle = forward;

  function forward(request, response) {
    // With the Host header of the client, which is signed.
    const { method, url: path, headers } = request;
    const onward = connect({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response).on('error', () => answer.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  const server = createServer((request, response) => handle(request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stall: () => (handle = (request) => request.resume()),
    refuse: () =>
      (handle = (request, response) =>
        request.resume().on('end', () => response.writeHead(503).end(BUSY))),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
