import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '../../../js/server/index.js';

/** Milliseconds that a stalled request is silent before it is cut. */
const STALL = 400;

/**
 * What can happen to one request over HTTP. `serve` lets our server answer.
 *
 * @type {Record<string, (exchange: { serve: () => Promise<Response>, response: import('node:http').ServerResponse,
 *   hold: () => Promise<void> }) => Promise<void>>}
 */
const FAULTS = {
  async 'answered 503'({ response }) {
    response.writeHead(503).end();
  },
  async 'connection reset'({ response }) {
    response.destroy();
  },
  async stalled({ response }) {
    await new Promise((resolve) => setTimeout(resolve, STALL));
    response.destroy();
  },
  /** It was read before, so that it is as if it had been cut on the way: the server stores nothing. */
  async 'body cut'({ serve, response, method }) {
    if (method === 'PUT') return void response.destroy();
    const { status, headers, bytes } = await serve();
    response.writeHead(status, { ...headers, 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  },
  async 'answer lost'({ serve, response }) {
    await serve();
    response.destroy();
  },
  async 'bytes damaged'({ serve, response }) {
    const { status, headers, bytes } = await serve();
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[changed.length >> 1] ^= 1;
    response.writeHead(status, headers).end(changed);
  },
  async held({ hold, response }) {
    await hold();
    response.destroy();
  },
};

/**
 * @typedef {object} PlannedFault
 * @property {string} fault one of those above
 * @property {'GET' | 'PUT'} method
 * @property {'data' | 'file' | 'meta'} kind of the object
 * @property {number} [nth] which of these requests since the plan was made; default all
 * @property {string} [cid] of the object; default any
 */

/**
 * Our REST server on a new folder, behind a plan of faults.
 *
 * @typedef {object} FaultyServer
 * @property {string} url
 * @property {string} dir
 * @property {boolean} overwrites it ignores conditions and tells no ETags, as a store does that just overwrites
 * @property {(plan: PlannedFault[]) => void} plan replaces the plan
 * @property {PlannedFault[]} injected those that have happened since
 * @property {string[]} requests as 'PUT /data/…', when they arrive
 * @property {(isSo: () => boolean) => Promise<void>} until something is so, at most 10 s
 * @property {(milliseconds: number, limit: number) => Promise<void>} quiet until nothing but metas was asked for, for
 *   so long, and at most the limit
 *
 * @param {(server: FaultyServer) => Promise<void>} work
 */
export async function withFaultyServer(work) {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-faults-'));
  const { fetch } = createServer({ dir });
  const server = new Plan(dir);
  const held = [];
  const http = createHttpServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, url } = request;
      const headers = new Headers(request.headers);
      const conditions = ['if-match', 'if-none-match'];
      if (server.overwrites) conditions.forEach((name) => headers.delete(name));
      const body = method === 'PUT' ? Buffer.concat(chunks) : undefined;
      const serve = async () => {
        const answer = await fetch(
          new Request(`${server.url}${url.slice(1)}`, { method, headers, body }),
        );
        if (server.overwrites) answer.headers.delete('etag');
        const bytes = Buffer.from(await answer.arrayBuffer());
        return { status: answer.status, headers: Object.fromEntries(answer.headers), bytes };
      };
      const fault = server.faultOf(method, url);
      const hold = () => new Promise((resolve) => held.push(resolve));
      if (fault) return await FAULTS[fault]({ serve, response, method, hold });
      const { status, headers: told, bytes } = await serve();
      response.writeHead(status, told).end(method === 'HEAD' ? undefined : bytes);
    } catch {
      response.destroy(); // the client is gone
    }
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  server.url = `http://127.0.0.1:${http.address().port}/`;
  try {
    await work(server);
  } finally {
    for (const release of held) release();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    await rm(dir, { recursive: true, force: true });
  }
}

class Plan {
  #plan = [];
  #counts = new Map();
  #last = performance.now();
  overwrites = false;
  injected = [];
  requests = [];

  constructor(dir) {
    this.dir = dir;
  }

  plan(faults) {
    this.#plan = faults;
    this.#counts.clear();
    this.injected = [];
  }

  /** @returns {string | undefined} */
  faultOf(method, url) {
    const kind = url.split('/')[1];
    this.requests.push(`${method} ${url}`);
    if (!(method === 'GET' && kind === 'meta')) this.#last = performance.now();
    const count = (this.#counts.get(`${method} ${kind}`) ?? 0) + 1;
    this.#counts.set(`${method} ${kind}`, count);
    const found = this.#plan.find(
      (each) =>
        each.method === method &&
        each.kind === kind &&
        (each.nth ?? count) === count &&
        (each.cid === undefined || url.includes(each.cid)),
    );
    if (found) this.injected.push(found);
    return found?.fault;
  }

  async until(isSo) {
    const end = performance.now() + 10_000;
    while (!isSo()) {
      if (performance.now() > end) throw new Error('waited in vain for the server');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async quiet(milliseconds, limit) {
    const start = performance.now();
    this.#last = start;
    while (performance.now() - this.#last < milliseconds && performance.now() - start < limit) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
