import { createServer } from 'node:http';

/**
 * A web server for one test, on a free port of the loopback interface.
 *
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} answer
 * @param {(server: { url: string, requests: import('node:http').IncomingMessage[] }) => Promise<void>} work
 */
export async function withServer(answer, work) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await work({ url: `http://127.0.0.1:${server.address().port}/`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
