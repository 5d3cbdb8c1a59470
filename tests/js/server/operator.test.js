// What the server tells those who run it: /health, /metrics, and the log of what never became a request.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createServer } from '../../../js/server/index.js';
import { until } from '../../browser/assert.js';
import { withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const ALL = 'a-token-of-all-databases';
const ONE = 'a-token-of-one-database';
const tokens = [
  { token: ALL, databases: '*', rights: 'read' },
  { token: ONE, databases: ['notes'], rights: 'write' },
];

/** Sends text as it is and gives back all that comes. */
const send = (url, text) =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket
      .setEncoding('latin1')
      .on('data', (part) => (answer += part))
      .on('error', () => {});
    socket.on('close', () => resolve(answer));
  });

/** The metrics as a map from name and labels to number; every line has to be one that Prometheus reads. */
function parse(text) {
  const lines = text.trimEnd().split('\n');
  const values = {};
  for (const line of lines) {
    if (/^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))$/.test(line)) continue;
    const found = /^([a-z_]+(?:\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})?) ([\d.e+-]+)$/.exec(
      line,
    );
    assert.ok(found, line);
    assert.ok(!Object.hasOwn(values, found[1]), `${found[1]} twice`);
    values[found[1]] = Number(found[2]);
  }
  return values;
}

test('operator: /metrics counts requests, bytes, times, refusals and what is under way', () =>
  withReplica(async ({ url }) => {
    const read = async () => parse(await (await fetch(`${url}metrics`)).text());
    const before = await read();
    assert.equal(before['fireproof_requests_total{method="GET",status="200"}'] ?? 0, 0);
    await fetch(url + META, { method: 'PUT', body: '[1, 2]' });
    for (let count = 0; count < 3; count++) await (await fetch(url + META)).text();
    await fetch(url + META, { method: 'DELETE' });
    await send(url, 'no HTTP\r\n\r\n');
    const after = await read();
    assert.equal(after['fireproof_requests_total{method="PUT",status="201"}'], 1);
    assert.equal(
      after['fireproof_requests_total{method="GET",status="200"}'],
      4,
      'with the first of the metrics',
    );
    assert.equal(after['fireproof_requests_total{method="other",status="405"}'], 1);
    assert.equal(after['fireproof_refused_total{reason="HPE_INVALID_METHOD"}'], 1);
    assert.equal(after.fireproof_received_bytes_total, 6);
    assert.ok(after.fireproof_sent_bytes_total >= 18);
    assert.equal(after['fireproof_answer_seconds_bucket{le="+Inf"}'], 6);
    assert.equal(after.fireproof_answer_seconds_count, 6);
    assert.ok(after['fireproof_answer_seconds_bucket{le="5"}'] <= 6);
    assert.equal(after.fireproof_uploads, 0);
    assert.ok(after.fireproof_connections >= 1);
    assert.ok(after.process_resident_memory_bytes > 1e7);
  }));

test('operator: metrics are for tokens of all databases, also where reading is public; health is for everybody', () =>
  withReplica(
    async ({ url }) => {
      const status = async (path, token) => {
        const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
        return (await fetch(url + path, { headers })).status;
      };
      assert.equal(await status('metrics'), 401);
      assert.equal(await status('metrics', ONE), 403);
      assert.equal(await status('metrics', ALL), 200);
      assert.equal(await status('health'), 200);
    },
    { tokens, publicRead: true },
  ));

test('operator: /health says when the folder cannot be used, and not where it is', () =>
  withReplica(async ({ url, dir }) => {
    const ask = async (init) => {
      const answer = await fetch(`${url}health`, init);
      return [answer.status, await answer.text()];
    };
    assert.deepEqual(await ask(), [200, 'ok\n']);
    assert.deepEqual(await ask({ method: 'HEAD' }), [200, '']);
    assert.equal((await ask({ method: 'PUT', body: 'x' }))[0], 404);
    rmSync(dir, { recursive: true });
    assert.deepEqual(await ask(), [200, 'ok\n'], 'it is made with the first object');
    writeFileSync(dir, 'a file in its place');
    const [status, text] = await ask();
    assert.equal(status, 503);
    assert.ok(text.includes('ENOTDIR') && !text.includes(dir), text);
    rmSync(dir);
  }));

test('operator: /health is 503 when a store of the application says so, or cannot be had', async () => {
  const status = async (store) =>
    (await createServer({ store }).fetch(new Request('http://localhost/health'))).status;
  const open = async () => null;
  assert.equal(await status({ open }), 200);
  const check = async () => {
    throw new Error('no');
  };
  assert.equal(await status({ open, check }), 503);
  const lost = Promise.reject(new Error('no'));
  lost.catch(() => {});
  assert.equal(await status(lost), 503);
});

test('operator: what HTTP refuses is logged with its reason, once a second', () => {
  const entries = [];
  return withReplica(
    async ({ url }) => {
      const answer = await send(url, 'no HTTP\r\n\r\n');
      assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/);
      assert.match(
        await send(url, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
        /^HTTP\/1\.1 431 /,
      );
      await until(() => entries.length === 2, 'two entries');
      const [{ time, ...entry }, second] = entries;
      assert.match(time, /^\d{4}-\d\d-\d\dT/);
      const none = { method: null, kind: null, database: null, object: null, token: null };
      const nothing = { received: 0, sent: 0, ms: 0 };
      const expected = {
        ...none,
        ...nothing,
        status: 400,
        client: '127.0.0.1',
        error: 'HPE_INVALID_METHOD',
      };
      assert.deepEqual(entry, expected);
      assert.deepEqual([second.status, second.error], [431, 'HPE_HEADER_OVERFLOW']);
      for (let count = 0; count < 20; count++) await send(url, 'no HTTP\r\n\r\n');
      await until(() => entries.some(({ times }) => times > 1), 'the number of the others');
      assert.ok(entries.length <= 5, `${entries.length} lines`);
    },
    { log: (entry) => entries.push(entry) },
  );
});
