import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpClient } from '../../../js/connectors/http.js';
import { rejects } from '../../browser/assert.js';
import { withServer } from './scripted-server.js';

const limit = { bytes: 1_000_000, code: 'corrupt-car' };

/** A client of a server that fails as `fail(n, request, response)` does it for each request, unless it gives false. */
function withFailing(fail, work) {
  let n = 0;
  const answer = (request, response) => {
    request.resume();
    if (fail(++n, request, response) === false) response.writeHead(200).end('body');
  };
  return withServer(answer, ({ url, requests }) => {
    const http = new HttpClient({ remote: 'test' });
    const get = (more) => http.get({ url, limit, allow: [], ...more });
    const put = (body) => http.put({ url, body, allow: [] });
    return work({ get, put, head: () => http.head({ url, allow: [] }), requests });
  });
}

const status = (code, headers) => (_, __, response) => response.writeHead(code, headers).end();

for (const [what, fail] of [
  ['500', status(500)],
  ['503 that asks to wait a second', status(503, { 'Retry-After': '1' })],
  ['a connection that is cut', (_, __, response) => response.destroy()],
]) {
  test(`repeats: ${what}, each third time, is not noticed`, () =>
    withFailing(
      (n, ...more) => (n % 3 === 1 ? fail(n, ...more) : false),
      async ({ get, put, requests }) => {
        for (let round = 0; round < 3; round++) {
          assert.equal((await get()).status, 200);
          assert.equal((await put(new Uint8Array(10))).status, 200);
        }
        assert.equal(requests.length, 9);
      },
    ));
}

test('repeats: what asks to wait is not asked again before', () =>
  withFailing(
    (n, ...more) => (n === 1 ? status(503, { 'Retry-After': '1' })(n, ...more) : false),
    async ({ get }) => {
      const start = Date.now();
      await get();
      assert.ok(Date.now() - start >= 990);
    },
  ));

test('repeats: a remote that is down gets three requests, then one for each that is asked for', () =>
  withFailing(status(500), async ({ get, requests }) => {
    const counts = [];
    for (let n = 0; n < 5; n++) {
      await rejects(get(), 'server');
      counts.push(requests.length);
    }
    assert.deepEqual(counts, [3, 5, 6, 7, 8]);
  }));

test('repeats: what lasts, or is large, is left to the engine', async () => {
  const large = new Uint8Array(9 * 1024 * 1024);
  for (const [fail, code, ask] of [
    [status(400), 'server', ({ get }) => get()],
    [status(501), 'server', ({ get }) => get()],
    [status(429), 'server', ({ get }) => get()],
    [status(503, { 'Retry-After': '7' }), 'server', ({ get }) => get()],
    [status(401), 'unauthorized', ({ get }) => get()],
    [status(500), 'server', ({ head }) => head()],
    [status(500), 'server', ({ put }) => put(large)],
  ]) {
    await withFailing(fail, async (client) => {
      await rejects(ask(client), code);
      assert.equal(client.requests.length, 1);
    });
  }
});

test('repeats: aborting ends the wait before the next try', () =>
  withFailing(status(503, { 'Retry-After': '2' }), async ({ get, requests }) => {
    const start = Date.now();
    await rejects(get({ signal: AbortSignal.timeout(200) }), 'aborted');
    assert.ok(Date.now() - start < 1500);
    assert.equal(requests.length, 1);
  }));
