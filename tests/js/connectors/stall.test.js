import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpClient } from '../../../js/connectors/http.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const STALL = 500;
const limit = { bytes: 1_000_000, code: 'corrupt-car' };

/** What a client that waits half a second for a byte makes of a server. */
function withClient(answer, work) {
  return withServer(answer, ({ url }) => {
    const http = new HttpClient({ remote: 'test', stall: STALL });
    return work((signal) => http.get({ url, limit, allow: [], signal }));
  });
}

test('http: no answer in time is timeout, retryable', () =>
  withClient(
    () => {},
    async (get) => {
      const start = Date.now();
      const error = await rejects(get(), 'timeout');
      assert.equal(error.retryable, true);
      assert.equal(error.remote, 'test');
      assert.ok(Date.now() - start >= STALL - 5);
    },
  ));

test('http: an answer that stops coming is timeout', () =>
  withClient(
    (_, response) => response.writeHead(200, { 'Content-Length': 100 }).write('begin'),
    async (get) => {
      await rejects(get(), 'timeout');
    },
  ));

test('http: a slow answer that keeps coming is waited for', () =>
  withClient(
    (_, response) => {
      let parts = 0;
      const timer = setInterval(() => {
        if (++parts < 8) response.write('x'.repeat(100));
        else (clearInterval(timer), response.end('y'));
      }, STALL / 5);
    },
    async (get) => {
      assert.equal(Buffer.from((await get()).bytes).toString(), `${'x'.repeat(700)}y`);
    },
  ));

test('http: an answer that trickles without end, one byte at a time, is left with timeout', () =>
  withClient(
    (_, response) => {
      const timer = setInterval(() => response.write('x'), STALL / 5);
      response.on('close', () => clearInterval(timer));
    },
    async (get) => {
      const start = Date.now();
      const error = await rejects(get(), 'timeout');
      assert.equal(error.retryable, true);
      assert.match(error.message, /less than 256 bytes a second/);
      assert.ok(Date.now() - start < 10 * STALL);
    },
  ));

test('http: headers that are never given are timeout', async () => {
  const http = new HttpClient({
    remote: 'test',
    stall: 50,
    getHeaders: () => new Promise(() => {}),
  });
  await rejects(http.get({ url: 'http://127.0.0.1/', limit, allow: [] }), 'timeout');
});

test('http: a body larger than the limit is refused while it comes', () =>
  withClient(
    (_, response) => response.end(Buffer.alloc(limit.bytes + 1)),
    async (get) => {
      await rejects(get(), 'corrupt-car');
    },
  ));

test('http: after the end nothing is left that keeps the process or the connection', () =>
  withClient(
    (_, response) => response.end('done'),
    async (get) => {
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...args) => (listeners++, addEventListener.apply(signal, args));
      signal.removeEventListener = (...args) => (
        listeners--,
        removeEventListener.apply(signal, args)
      );
      await get(signal);
      assert.equal(listeners, 0);
    },
  ));
