// One client cannot take the server from all others: it has a share of the places, and its requests a least speed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, listen } from '../../../js/server/index.js';
import { addressOf, clientOf } from '../../../js/server/client-address.js';
import { Places, shareOf } from '../../../js/server/places.js';
import { watched } from '../../../js/server/watched-stream.js';
import { until } from '../../browser/assert.js';
import { withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const SLOW = `PUT /meta/fp.slow.0.24/main.json HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n[`;

/** A connection from one of the many addresses that a machine has to itself. */
function dial(url, from, text = '') {
  const socket = connect({
    port: Number(new URL(url).port),
    host: '127.0.0.1',
    localAddress: from,
  });
  const line = { socket, answer: '', isClosed: false };
  socket.on('error', () => {}).on('close', () => (line.isClosed = true));
  socket.setEncoding('latin1').on('data', (part) => (line.answer += part));
  if (text !== '') socket.write(text);
  return line;
}

/** The first line of the answer to a small request from an address. */
async function get(url, from, headers = '') {
  const request = `GET /${META} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;
  const line = dial(url, from, request);
  await until(() => line.isClosed, 'the connection is closed');
  return line.answer.split('\r\n')[0];
}

async function withServer(work, { log, maxUploads, ...options }) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-shares-'));
  const server = await listen(
    createServer({ dir, ...(log && { log }), ...(maxUploads && { maxUploads }) }),
    options,
  );
  const lines = [];
  const hold = async (from, count, text) => {
    const made = Array.from({ length: count }, () => dial(server.url, from, text));
    lines.push(...made);
    await Promise.all(
      made.map(({ socket }) => (socket.connecting ? once(socket, 'connect') : null)),
    );
    return made;
  };
  try {
    await work({ url: server.url, hold });
  } finally {
    lines.forEach(({ socket }) => socket.destroy());
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

test('shares: a client that holds all the connections it can get has its share, and others are let in', () => {
  const entries = [];
  return withServer(
    async ({ url, hold }) => {
      const held = await hold('127.0.0.2', 150, SLOW);
      await until(
        () => held.filter(({ isClosed }) => isClosed).length === 150 - 64,
        'a share is left',
      );
      assert.equal(await get(url, '127.0.0.1'), 'HTTP/1.1 404 Not Found');
      assert.equal(
        await get(url, '127.0.0.2'),
        'HTTP/1.1 404 Not Found',
        'so is the client itself',
      );
      const refused = entries.filter(({ method }) => method === null);
      assert.deepEqual(
        [refused[0].error, refused[0].client],
        ['too many connections of one client', '127.0.0.2'],
      );
      await until(() => entries.some(({ times }) => times > 50), 'the others are told as a number');
      assert.ok(entries.filter(({ method }) => method === null).length < 5);
    },
    { maxConnections: 100, log: (entry) => entries.push(entry) },
  );
});

test('shares: the connection that goes is the one idle longest, not one that is at work', () =>
  withServer(
    async ({ url, hold }) => {
      const [worker] = await hold(
        '127.0.0.2',
        1,
        `PUT /${META} HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\n`,
      );
      await hold('127.0.0.2', 63, SLOW);
      for (let round = 0; round < 40; round++) {
        worker.socket.write('          ');
        await sleep(5);
        await hold('127.0.0.2', 2);
      }
      await until(() => worker.answer.startsWith('HTTP/1.1 201'), 'its upload is stored');
      assert.equal(await get(url, '127.0.0.1'), 'HTTP/1.1 200 OK');
    },
    { maxConnections: 100 },
  ));

test('shares: behind a proxy that is named, its clients have the shares', () => {
  const entries = [];
  return withServer(
    async ({ url, hold }) => {
      const slowOf = (client) =>
        SLOW.replace('Host: x', `Host: x\r\nX-Forwarded-For: 8.8.8.8, ${client}`);
      await hold('127.0.0.1', 64, slowOf('203.0.113.5'));
      await hold('127.0.0.1', 10, slowOf('203.0.113.6'));
      const put = async (client) => {
        const headers = { 'X-Forwarded-For': client };
        return (await fetch(url + META, { method: 'PUT', body: '[1]', headers })).status;
      };
      await until(async () => (await put('203.0.113.5')) === 503, 'the share of uploads is taken');
      assert.equal(await put('8.8.8.8, 203.0.113.5'), 503);
      assert.ok([200, 201].includes(await put('203.0.113.6')));
      assert.ok([200, 201].includes(await put('203.0.113.7')));
      assert.equal(entries.at(-1).client, '203.0.113.7');
    },
    {
      maxConnections: 400,
      proxies: ['127.0.0.1'],
      log: (entry) => entries.push(entry),
      maxUploads: 100,
    },
  );
});

test('shares: X-Forwarded-For of anybody else is not believed', () => {
  const entries = [];
  return withServer(
    async ({ url }) => {
      await get(url, '127.0.0.3', 'X-Forwarded-For: 203.0.113.5\r\n');
      await until(() => entries.length === 1, 'an entry');
      assert.equal(entries[0].client, '127.0.0.3');
    },
    { log: (entry) => entries.push(entry), proxies: ['127.0.0.1'] },
  );
});

test('shares: an address of IPv4 is a client, of IPv6 its first 64 bits', () => {
  for (const [address, client] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:1:ffff::', '2001:db8:0:1::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ]) {
    assert.equal(clientOf(address), client);
  }
  const proxies = new Set(['10.0.0.1', '10.0.0.2']);
  for (const [remote, forwarded, address] of [
    [undefined, undefined, null],
    ['::ffff:10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '1.1.1.1, 2.2.2.2', '2.2.2.2'],
    ['10.0.0.1', '2.2.2.2,10.0.0.2', '2.2.2.2'],
    ['10.0.0.1', 'evil, ', '10.0.0.1'],
    ['10.0.0.1', '<script>', '10.0.0.1'],
    ['10.0.0.9', '2.2.2.2', '10.0.0.9'],
  ]) {
    assert.equal(addressOf(remote, forwarded, proxies), address, `${remote} ${forwarded}`);
  }
});

test('shares: places come back, and one client has a quarter, but at least 64', () => {
  assert.deepEqual([1, 64, 65, 256, 260, 1000].map(shareOf), [1, 64, 64, 64, 65, 250]);
  const places = new Places(100);
  const own = Array.from({ length: 64 }, () => places.take('a'));
  assert.ok(own.every((giveBack) => giveBack !== null));
  assert.equal(places.take('a'), null, 'its share');
  const others = Array.from({ length: 36 }, (_, index) => places.take(index % 2 ? 'b' : null));
  assert.ok(others.every((giveBack) => giveBack !== null));
  assert.equal(places.take('c'), null, 'all are taken');
  own[0]();
  assert.equal(places.taken, 99);
  assert.notEqual(places.take('a'), null);
});

test('shares: an upload has to make its least speed; waiting that is not its own costs it nothing', async () => {
  const drip = (bytes, pause) =>
    new ReadableStream({
      async pull(controller) {
        await sleep(pause);
        controller.enqueue(new Uint8Array(bytes));
      },
    });
  const readFor = async (stream, milliseconds, slowly = 0) => {
    const reader = watched(stream, { onBytes() {}, stall: 200, slowest: 1000 }).getReader();
    const start = performance.now();
    while (performance.now() - start < milliseconds) {
      await reader.read();
      if (slowly > 0) await sleep(slowly);
    }
    await reader.cancel();
  };
  await readFor(drip(100, 20), 800);
  await readFor(drip(100, 20), 800, 150);
  await assert.rejects(readFor(drip(2, 20), 5000), /too few/);
  await assert.rejects(readFor(new ReadableStream(), 5000), /too few/);
});

test('shares: drafts of killed uploads go at the start, those under way stay', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-drafts-'));
  const drafts = join(dir, '.drafts');
  mkdirSync(drafts);
  for (const [name, minutes] of [
    ['killed', 11],
    ['long-ago', 9000],
    ['running', 1],
  ]) {
    writeFileSync(join(drafts, name), 'part');
    const time = Date.now() / 1000 - minutes * 60;
    utimesSync(join(drafts, name), time, time);
  }
  try {
    await withReplica(
      async ({ url }) => {
        await until(() => readdirSync(drafts).length === 1, 'the remains are gone');
        assert.ok(existsSync(join(drafts, 'running')));
        assert.equal((await fetch(url + META, { method: 'PUT', body: '[1]' })).status, 201);
        assert.deepEqual(readdirSync(drafts), ['running']);
      },
      { dir },
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
