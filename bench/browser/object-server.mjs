// The remote of both systems, and the origin of their pages: one HTTP server that keeps objects in memory, and counts.
import { createServer } from 'node:http';

/**
 * @typedef {object} Counts of the requests to objects since the last time
 * @property {number} requests
 * @property {number} writes
 * @property {number} bytesIn bodies only
 * @property {number} bytesOut bodies only
 * @property {number} lastWrite when the last write was answered, in milliseconds since 1970
 */

/**
 * Objects lie at /objects/…: GET gives one with an ETag, or 304 or 404, HEAD tells of it; PUT stores one, unless a condition
 * (If-Match, If-None-Match: *) says no, which is 412; POST adds the entries of a JSON list to those that are there.
 *
 * @param {object} options
 * @param {Map<string, { type: string, body: string }>} options.pages by path, not counted
 * @param {number} options.latency milliseconds added to each request to an object
 */
export async function startObjectServer({ pages, latency }) {
  /** @type {Map<string, { body: Buffer, etag: string }>} */
  const objects = new Map();
  let version = 0;
  let counts = nothing();
  let running = 0;
  let lastRequest = 0;

  const server = createServer((request, response) => {
    const page = pages.get(request.url);
    if (page) {
      response.writeHead(200, { 'content-type': page.type }).end(page.body);
    } else if (request.url.startsWith('/objects/')) {
      running += 1;
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () =>
        setTimeoutUnlessZero(latency, () => answer(request, response, parts)),
      );
      response.on('close', () => {
        running -= 1;
        lastRequest = Date.now();
      });
    } else {
      response.writeHead(404).end();
    }
  });

  function answer({ method, url, headers }, response, parts) {
    counts.requests += 1;
    const found = objects.get(url);
    if (method === 'GET' || method === 'HEAD') {
      if (!found) return response.writeHead(404).end();
      if (method === 'HEAD') return response.writeHead(200, { etag: found.etag }).end();
      if (headers['if-none-match'] === found.etag) return response.writeHead(304).end();
      counts.bytesOut += found.body.length;
      return response.writeHead(200, { etag: found.etag }).end(found.body);
    }
    if (method !== 'PUT' && method !== 'POST') return response.writeHead(405).end();
    counts.writes += 1;
    const sent = Buffer.concat(parts);
    counts.bytesIn += sent.length;
    const body = method === 'POST' ? withEntries(found?.body, sent) : sent;
    const { 'if-match': match, 'if-none-match': noneMatch } = headers;
    if ((noneMatch === '*' && found) || (match !== undefined && match !== found?.etag)) {
      return response.writeHead(412).end();
    }
    const etag = `"${++version}"`;
    objects.set(url, { body, etag });
    return response.writeHead(200, { etag }).end(() => (counts.lastWrite = preciseNow()));
  }

  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));

  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** @returns {Counts} */
    takeCounts() {
      const taken = counts;
      counts = nothing();
      return taken;
    },
    /** Resolves when no object has been asked for during `milliseconds`. */
    async quiet(milliseconds) {
      lastRequest = Date.now();
      while (running > 0 || Date.now() - lastRequest < milliseconds) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** Forgets all objects. */
    clear: () => objects.clear(),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const nothing = () => ({ requests: 0, writes: 0, bytesIn: 0, bytesOut: 0, lastWrite: 0 });

/**
 * What a remote for the JavaScript package has to make of the meta lists that it sends (format page 0.24, section
 * 9.4): if the last one stood alone, the documents before its latest automatic compaction could not be read.
 */
function withEntries(stored, sent) {
  const entries = [stored ?? '[]', sent].flatMap((list) => JSON.parse(list.toString()));
  const superseded = new Set(entries.flatMap(({ parents }) => parents));
  return Buffer.from(JSON.stringify(entries.filter(({ cid }) => !superseded.has(cid))));
}

/** The clock that pages have too. */
const preciseNow = () => performance.timeOrigin + performance.now();

function setTimeoutUnlessZero(milliseconds, work) {
  if (milliseconds === 0) work();
  else setTimeout(work, milliseconds);
}
