// What a single client cannot do to the server.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../browser/assert.js';
import { createServer, listen } from '../../../js/server/index.js';
import { race } from './races.js';
import { carCid, withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const CAR = `data/fp.notes/${carCid(Buffer.from('x'))}.car`;

/** A connection that writes what it is told and keeps what comes. */
function dial(url) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const state = { socket, answer: '', isClosed: false };
  socket.on('error', () => {});
  socket.on('close', () => (state.isClosed = true));
  socket.setEncoding('latin1').on('data', (data) => (state.answer += data));
  return state;
}

const filesIn = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

test('limits: an endless body is cut off at the limit, without being kept', () =>
  withReplica(
    async ({ url, dir }) => {
      const line = dial(url);
      line.socket.write(`PUT /${CAR} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
      const chunk = Buffer.alloc(1024 * 1024, 7);
      const before = process.memoryUsage().arrayBuffers;
      let written = 0;
      let most = 0;
      while (!line.isClosed && written < 500) {
        line.socket.write('100000\r\n');
        line.socket.write(chunk);
        const isFlowing = line.socket.write('\r\n');
        written += 1;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        const drained = new Promise((resolve) => {
          line.socket.once('drain', resolve).once('close', resolve);
        });
        if (!isFlowing) await drained;
      }
      await until(() => line.isClosed, 'the connection is cut');
      assert.match(line.answer, /^HTTP\/1\.1 413 /);
      assert.ok(written < 500, `${written} MiB went through`);
      assert.ok(most < 200 * 1024 * 1024, `${most} bytes kept`);
      await until(() => filesIn(dir).length === 0, 'nothing is left');
    },
    { maxCarBytes: 4 * 1024 * 1024 },
  ));

test('limits: a length that lies is found out', () =>
  withReplica(
    async ({ url, dir }) => {
      const put = (length, body) =>
        `PUT /${META} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
      const announced = dial(url);
      announced.socket.write(put(101, ''));
      await until(() => announced.answer !== '', 'an answer before the body');
      assert.match(announced.answer, /^HTTP\/1\.1 413 /);
      announced.socket.destroy();
      const more = dial(url);
      more.socket.write(put(3, '[1]and more'));
      await until(() => more.isClosed, 'the connection is cut');
      assert.match(more.answer, /HTTP\/1\.1 400 /, 'what follows is no request');
      const found = await fetch(url + META);
      if (found.status !== 404) assert.equal(await found.text(), '[1]');
      assert.ok((await fetch(url + META, { method: 'PUT', body: '[1]' })).ok);
      const less = dial(url);
      less.socket.end(put(50, '[2]'));
      await until(() => less.isClosed, 'the connection is cut');
      assert.equal(await (await fetch(url + META)).text(), '[1]');
      await until(() => filesIn(dir).length === 1, 'only the meta is left');
    },
    { maxMetaBytes: 100 },
  ));

test('limits: an upload that stalls is ended, and makes room for others', () =>
  withReplica(
    async ({ url, dir }) => {
      const stalled = dial(url);
      stalled.socket.write(`PUT /${META} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n[1`);
      await until(() => existsSync(join(dir, '.drafts')), 'the upload began');
      const refused = await fetch(url + META, { method: 'PUT', body: '[2]' });
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
      assert.equal(refused.headers.get('access-control-allow-origin'), '*');
      await until(() => stalled.answer !== '', 'the upload is ended');
      assert.match(stalled.answer, /^HTTP\/1\.1 400 /);
      stalled.socket.destroy();
      assert.equal((await fetch(url + META, { method: 'PUT', body: '[2]' })).status, 201);
    },
    { maxUploads: 1, uploadStall: 500 },
  ));

test('limits: heads and URLs have a size, connections a number', async () => {
  await withReplica(async ({ url }) => {
    assert.equal((await fetch(`${url}${'x'.repeat(5000)}`)).status, 414);
    assert.equal((await fetch(`${url}${META}?${'x'.repeat(5000)}`)).status, 414);
    const headers = { 'X-Long': 'x'.repeat(20_000) };
    assert.equal((await fetch(url + META, { headers })).status, 431);
    const longest = `meta/fp.${encodeURIComponent('☃'.repeat(82))}.0.24/main.json`;
    assert.equal((await fetch(url + longest)).status, 404, 'the longest name fits');
  });
  const store = { open: async () => null };
  const server = await listen(createServer({ store }), { maxConnections: 2 });
  try {
    const lines = [dial(server.url), dial(server.url), dial(server.url)];
    await until(() => lines.some(({ isClosed }) => isClosed), 'one too many is closed');
    assert.equal(lines.filter(({ isClosed }) => isClosed).length, 1);
    lines.forEach(({ socket }) => socket.destroy());
  } finally {
    await server.close();
  }
});

test('races: of 12 parallel writers of a meta one wins each round', () =>
  withReplica(({ url }) => race([url], { clients: 12, rounds: 8 })));
