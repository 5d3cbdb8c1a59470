import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer, listen } from '../../../js/server/index.js';
import { KINDS, titleOf } from '../package/databases.js';
import { event } from '../package/remote.js';
import { agree, until, withStores } from './pairs.js';

const WRITER = 'a-token-that-may-write';
const READER = 'a-token-that-may-read';

/** @param {object} options of the server @param {(url: string, restart: object) => Promise<void>} work */
async function withServer(options, work) {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-live-'));
  let server = await listen(createServer({ dir, ...options }));
  const { port } = server;
  const again = {
    stop: () => server.close(),
    start: async () => (server = await listen(createServer({ dir, ...options }), { port })),
  };
  try {
    await work(server.url, again, dir);
  } finally {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  }
}

for (const kind of KINDS) {
  test(`${titleOf(kind)}: members of a room replicate, and the server keeps nothing`, () =>
    withServer({}, (url, again, dir) =>
      withStores(kind, 3, async (databases) => {
        const [a, b, c] = databases;
        await a.put({ _id: 'before', text: 'x'.repeat(300_000) });
        for (const db of databases) connect.websocket(db, { url });
        await b.put({ _id: 'b' });
        await c.put({ _id: 'c' });
        await until(() => agree(databases, ['before', 'b', 'c']), 'all have everything');
        assert.deepEqual(await readdir(dir), []);
      }),
    ));
}

test('a server that goes away and comes back is joined again, and nothing is lost', () =>
  withServer({}, (url, again) =>
    withStores({}, 2, async (databases) => {
      const [a, b] = databases;
      const connections = databases.map((db) => connect.websocket(db, { url }));
      await until(() => connections.every(({ peers }) => peers.length === 1), 'they have met');
      await again.stop();
      await until(
        () => connections.every(({ status }) => status.state === 'offline'),
        'both are offline',
      );
      assert.deepEqual(connections[0].peers, []);
      await a.put({ _id: 'a' });
      await b.put({ _id: 'b' });
      await again.start();
      await until(() => agree(databases, ['a', 'b']), 'both have everything');
      assert.equal(connections[0].status.state, 'idle');
    }),
  ));

test('who may not write is not let in', () =>
  withServer(
    {
      tokens: [
        { token: WRITER, databases: '*', rights: 'write' },
        { token: READER, databases: '*', rights: 'read' },
      ],
    },
    (url) =>
      withStores({}, 4, async ([a, b, c, d]) => {
        const first = connect.websocket(a, { url, token: WRITER });
        const second = connect.websocket(b, { url, token: WRITER });
        const reader = connect.websocket(c, { url, token: READER });
        const stranger = connect.websocket(d, { url });
        assert.equal((await event(reader, 'error')).code, 'forbidden');
        assert.equal((await event(stranger, 'error')).code, 'unauthorized');
        assert.equal(stranger.status.state, 'unauthorized');
        await until(() => first.peers.length === 1 && second.peers.length === 1, 'writers met');
        await reader.close();
      }),
  ));

test('rooms have names, and members of other rooms are not heard', () =>
  withServer({}, (url) =>
    withStores({}, 3, async ([a, b, c]) => {
      const [first, second, third] = [
        connect.websocket(a, { url, room: 'one' }),
        connect.websocket(b, { url: `${url}live`, room: 'one' }),
        connect.websocket(c, { url, room: 'two' }),
      ];
      await until(() => first.peers.length === 1 && second.peers.length === 1, 'one met');
      await third.loaded;
      assert.deepEqual(third.peers, []);
    }),
  ));

test('what is no address is refused at once', () =>
  withStores({}, 1, async ([a]) => {
    for (const options of [{ url: 'ftp://x/' }, { url: 'http://x/', room: '' }, { url: 'no' }])
      await assert.rejects(connect.websocket(a, options).loaded, { code: 'invalid-argument' });
  }));
