// The live half of the server, spoken to without the package.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { accessRules } from '../../../js/server/access.js';
import { createServer, listen } from '../../../js/server/index.js';
import { Rooms } from '../../../js/server/rooms/rooms.js';

const TOKEN = 'a-token-that-may-write';
const META = 'meta/fp.notes.0.24/main.json';

async function withServer(options, work) {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-rooms-'));
  const handler = createServer({ dir, ...options });
  const server = await listen(handler);
  const clients = [];
  const open = (headers = {}) => {
    const client = new Client(`${server.url.replace('http', 'ws')}live`, headers);
    clients.push(client);
    return client;
  };
  try {
    await work({ server, handler, open });
  } finally {
    for (const client of clients) client.socket.terminate();
    await server.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** A socket and what it has heard. */
class Client {
  #heard = [];
  #waiting = [];

  constructor(url, headers) {
    this.socket = new WebSocket(url, { headers });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.failed = new Promise((resolve) => this.socket.on('error', resolve));
    this.socket.on('message', (data, isBinary) => {
      this.#heard.push(isBinary ? data : JSON.parse(data.toString()));
      this.#waiting.shift()?.();
    });
  }

  async say(message) {
    if (this.socket.readyState === 0) await new Promise((done) => this.socket.once('open', done));
    this.socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  join(more = {}) {
    return this.say({ type: 'join', database: 'notes', format: '0.24', peer: true, ...more });
  }

  async hear() {
    if (this.#heard.length === 0) await new Promise((resolve) => this.#waiting.push(resolve));
    return this.#heard.shift();
  }
}

const frame = (id, ...bytes) => Uint8Array.from([id, 0, 0, 0, ...bytes]);

test('rooms: members hear of each other, and frames go to the one that they are for', () =>
  withServer({}, async ({ open, handler }) => {
    const [a, b, c] = [open(), open(), open()];
    await a.join();
    assert.deepEqual(await a.hear(), { type: 'joined', id: 1, members: [] });
    await b.join();
    assert.deepEqual(await b.hear(), { type: 'joined', id: 2, members: [1] });
    assert.deepEqual(await a.hear(), { type: 'member', id: 2 });
    await c.join({ format: '0.14' });
    assert.deepEqual(await c.hear(), { type: 'joined', id: 1, members: [] });
    assert.deepEqual(handler.live.counts, { rooms: 2, members: 3 });
    await a.say(frame(2, 7, 8));
    assert.deepEqual([...(await b.hear())], [1, 0, 0, 0, 7, 8]);
    await a.say(frame(9, 1));
    await a.say(frame(1, 1));
    await a.say(Uint8Array.from([2, 0]));
    await a.say(frame(2, 9));
    assert.deepEqual([...(await b.hear())], [1, 0, 0, 0, 9]);
    a.socket.close();
    assert.deepEqual(await b.hear(), { type: 'left', id: 1 });
  }));

test('rooms: who has not the right is told so, and who says something else is sent away', () =>
  withServer(
    { tokens: [{ token: TOKEN, databases: ['notes'], rights: 'read' }] },
    async ({ open }) => {
      for (const [wish, code] of [
        [{}, 'unauthorized'],
        [{ token: 'unknown-unknown-unknown' }, 'unauthorized'],
        [{ token: TOKEN }, 'forbidden'],
        [{ token: TOKEN, database: 'other', peer: false }, 'forbidden'],
        [{ token: 7 }, 'malformed'],
        [{ database: '' }, 'malformed'],
        [{ format: 'x' }, 'malformed'],
        [{ type: 'leave' }, 'malformed'],
      ]) {
        const client = open();
        await client.join(wish);
        assert.equal((await client.hear()).code, code, JSON.stringify(wish));
        assert.equal((await client.closed).code, 1008);
      }
      const reader = open();
      await reader.join({ token: TOKEN, peer: false });
      assert.equal((await reader.hear()).type, 'joined');
    },
  ));

test('rooms: a meta that was stored is news to all, and answers name the address', () =>
  withServer({}, async ({ open, server }) => {
    const watcher = open();
    await watcher.join({ peer: false });
    await watcher.hear();
    const absent = await fetch(server.url + META);
    assert.equal(absent.headers.get('link'), '<../../live>; rel="live"');
    const stored = await fetch(server.url + META, { method: 'PUT', body: '[]' });
    const etag = stored.headers.get('etag');
    assert.deepEqual(await watcher.hear(), { type: 'changed', etag });
    const refused = { method: 'PUT', body: '[1]', headers: { 'If-None-Match': '*' } };
    assert.equal((await fetch(server.url + META, refused)).status, 412);
    await fetch(server.url + META.replace('notes', 'other'), { method: 'PUT', body: '[]' });
    const again = await fetch(server.url + META, { method: 'PUT', body: '[2]' });
    assert.equal((await watcher.hear()).etag, again.headers.get('etag'));
  }));

test('rooms: members, frames and messages have limits', () =>
  withServer({ live: { maxMembers: 1, maxRooms: 2, maxMessages: 20 } }, async ({ open }) => {
    const first = open();
    await first.join();
    await first.hear();
    const second = open();
    await second.join();
    assert.equal((await second.hear()).code, 'full');
    const third = open();
    await third.join({ database: 'two' });
    await third.hear();
    const fourth = open();
    await fourth.join({ database: 'three' });
    assert.equal((await fourth.hear()).code, 'full');
    await third.say(new Uint8Array(70_000));
    assert.equal((await third.closed).code, 1009);
    for (let n = 0; n < 50; n++) await first.say(frame(7, n)).catch(() => {});
    assert.equal((await first.hear()).code, 'busy');
    assert.equal((await first.closed).code, 1008);
  }));

test('rooms: who reads too slowly has to leave, and costs no more than the limit', async () => {
  const rooms = new Rooms({ access: accessRules({}), limits: { maxQueuedBytes: 10_000 } });
  const sockets = [0, 1].map(() => {
    const socket = { sent: 0, ended: null };
    socket.send = (data) => (socket.sent += data.length);
    socket.queued = () => (socket.isSlow ? socket.sent : 0);
    socket.close = (code, reason) => (socket.ended ??= { code, reason });
    socket.session = rooms.accept(socket);
    socket.session.receive(
      JSON.stringify({ type: 'join', database: 'x', format: '0.24', peer: true }),
    );
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const [fast, slow] = sockets;
  slow.isSlow = true;
  for (let n = 0; n < 100 && !slow.ended; n++)
    fast.session.receive(Uint8Array.from([2, 0, 0, 0, ...new Uint8Array(1000)]));
  assert.equal(slow.ended.code, 1013);
  assert.ok(slow.sent < 12_000);
  assert.equal(fast.ended, null);
  for (const { session } of sockets) session.closed();
  assert.deepEqual(rooms.counts, { rooms: 0, members: 0 });
  rooms.close();
});

test('rooms: pages of other origins are not let in, nor sockets elsewhere', () =>
  withServer({ origins: ['https://mine.example'] }, async ({ open, server }) => {
    assert.match((await open({ Origin: 'https://other.example' }).failed).message, /403/);
    const mine = open({ Origin: 'https://mine.example' });
    await mine.join();
    assert.equal((await mine.hear()).type, 'joined');
    const lost = new Client(`${server.url.replace('http', 'ws')}elsewhere`, {});
    assert.match((await lost.failed).message, /404/);
  }));

test('rooms: a server that closes says so', () =>
  withServer({}, async ({ open, server }) => {
    const client = open();
    await client.join();
    await client.hear();
    const closing = server.close();
    assert.deepEqual(await client.closed, { code: 1001, reason: 'the server is closed' });
    await closing;
  }));
