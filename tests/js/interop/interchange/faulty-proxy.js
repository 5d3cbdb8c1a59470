import { createServer, request as connect } from 'node:http';
import { randomOf } from '../histories/random.js';

/** Of 100 requests. */
const FAULTS = [
  ['none', 84],
  ['refused', 4], // the connection ends before the request is forwarded
  ['unavailable', 4], // 503, without the headers that let pages see it
  ['lost', 4], // what is asked is done, and the connection ends in place of an answer
  ['cut', 4], // likewise in the middle of the answer
];

/**
 * A proxy before one server that lets requests fail, on a free port of the loopback interface.
 *
 * @param {string} target address of the server
 * @param {number} seed
 * @returns {Promise<{ url: string, counts: Record<string, number>, close: () => Promise<void> }>} `counts`: of requests,
 *   by what happened to them
 */
export async function startFaultyProxy(target, seed) {
  const random = randomOf(seed);
  const counts = Object.fromEntries(FAULTS.map(([fault]) => [fault, 0]));
  const { hostname, port } = new URL(target);

  function forward(request, response, fault) {
    const { method, url: path, headers } = request;
    const onward = connect({ hostname, port, method, path, headers }, (answer) => {
      if (fault === 'lost') {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode, answer.headers);
      if (fault !== 'cut') answer.pipe(response);
      else answer.once('data', (part) => response.write(part.subarray(0, part.length / 2)));
      if (fault === 'cut') answer.on('end', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  const server = createServer((request, response) => {
    const fault = request.method === 'OPTIONS' ? 'none' : random.weighted(FAULTS);
    counts[fault] += 1;
    if (fault === 'refused') response.destroy();
    else if (fault === 'unavailable')
      request.resume().on('end', () => response.writeHead(503).end());
    else forward(request, response, fault);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    counts,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
