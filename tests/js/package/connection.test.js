import { ReplicationError, connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { rejectsWith, withDatabase } from './databases.js';
import { KEY_24, event, fixtureFolder, withFixture } from './remote.js';

const NAME = '0.24/d-fork/merged-2heads';

/** Works on a database like the fixtures'. */
const withDemo = (options, work) => withDatabase({ name: 'demo', key: KEY_24, ...options }, work);

test('a clone asks for the meta and for each CAR once, an unchanged remote for one 304', () =>
  withFixture(NAME, (remote) =>
    withDemo({}, async (db) => {
      const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
      await connection.loaded;
      const cars = (await db.inspect()).cars.flat();
      assert.equal(remote.requests.length, cars.length + 1);
      assert.equal(new Set(remote.paths()).size, remote.requests.length);
      await connection.pull();
      await connection.synced();
      assert.equal(remote.requests.length, cars.length + 3);
      assert.equal(remote.requests.at(-1).headers['if-none-match'] !== undefined, true);
      assert.equal(connection.status.pulled.cars, cars.length);
    }),
  ));

test('progress is monotone and ends at its total', () =>
  withFixture('0.14/d-fork/3-merged', async (remote) => {
    const db = fireproof('fixture-d', { storage: 'memory', format: '0.14' });
    const seen = [];
    const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
    connection.addEventListener('progress', ({ detail }) => seen.push(detail));
    await connection.loaded;
    assert.ok(seen.length > 2);
    for (let i = 1; i < seen.length; i++) {
      assert.ok(seen[i].cars >= seen[i - 1].cars && seen[i].bytes >= seen[i - 1].bytes);
    }
    const last = seen.at(-1);
    assert.equal(last.cars, last.totalCars);
    assert.equal(last.bytes, last.totalBytes);
    assert.equal(last.bytes, connection.status.pulled.bytes);
    await db.destroy();
  }));

test('subscribers hear of a pulled head once, with the documents that changed', () =>
  withFixture('0.24/a-three-docs', (remote) =>
    withDemo({}, async (db) => {
      const calls = [];
      const silent = [];
      db.subscribe((docs) => calls.push(docs));
      db.subscribe((docs) => silent.push(docs), { updates: false });
      const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
      await connection.loaded;
      await connection.pull();
      await db.allDocs();
      assert.deepEqual(
        calls.map((docs) => docs.map(({ _id }) => _id)),
        [['a', 'b', 'c']],
      );
      assert.deepEqual(silent, [[]]);
    }),
  ));

for (const [status, code, state] of [
  [401, 'unauthorized', 'unauthorized'],
  [403, 'forbidden', 'unauthorized'],
  [500, 'server', 'error'],
  [503, 'server', 'error'],
  [408, 'timeout', 'offline'],
]) {
  test(`HTTP ${status} is ${code}, the state ${state}, and the pull recovers by itself`, () =>
    withFixture('0.24/a-three-docs', (remote) =>
      withDemo({}, async (db) => {
        let refusals = 3;
        remote.fault = (request, response) => {
          if (refusals === 0) return false;
          refusals -= 1;
          response.writeHead(status).end();
          return true;
        };
        const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
        const error = await event(connection, 'error');
        assert.equal(error.code, code);
        assert.equal(connection.status.state, state);
        assert.ok(connection.status.retryAt > 0);
        await connection.loaded;
        assert.equal((await db.allDocs()).rows.length, 3);
        assert.equal(connection.status.lastError, null);
      }),
    ));
}

test('a damaged CAR is reported by name, fetched again, and never stored', () =>
  withFixture('0.24/a-three-docs', (remote) =>
    withDemo({}, async (db) => {
      let damaged = 0;
      remote.fault = (request, response) => {
        if (!request.url.endsWith('.car') || damaged === 100) return false;
        damaged += 1;
        response.writeHead(200).end(new Uint8Array(500));
        return true;
      };
      const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
      const error = await event(connection, 'error');
      assert.equal(error.code, 'corrupt-car');
      assert.match(error.message, /baembei/);
      assert.deepEqual((await db.inspect()).cars, []);
      damaged = 100;
      await connection.loaded;
      assert.equal((await db.allDocs()).rows.length, 3);
    }),
  ));

test('a wrong key is key-missing, and the right one added later opens the database', () =>
  withFixture('0.24/a-three-docs', (remote) =>
    withDemo({ key: 'ff'.repeat(16) }, async (db) => {
      const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
      const error = await event(connection, 'error');
      assert.equal(error.code, 'key-missing');
      assert.equal(connection.status.state, 'error');
      await db.addKey(KEY_24);
      await connection.loaded;
      assert.equal((await db.allDocs()).rows.length, 3);
    }),
  ));

test('pause asks for nothing new, resume goes on', () =>
  withFixture('0.24/e-1000-bulk', (remote) =>
    withDemo({}, async (db) => {
      const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 });
      await connection.pause();
      assert.equal(connection.status.state, 'paused');
      const before = remote.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.ok(remote.requests.length <= before + 1); // the one that was under way
      await connection.resume();
      await connection.loaded;
      assert.equal((await db.allDocs()).rows.length, 1000);
    }),
  ));

test('an aborted connection rejects with aborted and stops its requests', () =>
  withFixture('0.24/a-three-docs', (remote) =>
    withDemo({}, async (db) => {
      remote.fault = () => true; // never answers
      const stop = new AbortController();
      const options = { url: remote.url, mode: 'pull', poll: 0, signal: stop.signal };
      const connection = connect.rest(db, options);
      await db.ready;
      stop.abort();
      await rejectsWith(connection.loaded, 'aborted');
      await rejectsWith(connection.pull(), 'aborted');
      assert.equal(connection.status.state, 'closed');
    }),
  ));

test('closing the database closes its connections; later calls reject with closed', () =>
  withFixture('0.24/a-three-docs', async (remote) => {
    const db = fireproof('demo', { storage: 'memory', key: KEY_24 });
    const connection = connect.rest(db, { url: remote.url, mode: 'pull' });
    await connection.loaded;
    await db.close();
    await rejectsWith(db.get('a'), 'closed');
    await rejectsWith(connection.pull(), 'closed');
    await fireproof('demo', { storage: 'memory', key: KEY_24 }).destroy();
  }));

test('both shapes of raw connections pull', async () => {
  const folder = fixtureFolder('0.14/h-files');
  const get = (path) => readFile(`${folder}/${path}`).catch(() => null);
  const shapes = [
    {
      download: ({ type, name, car }) =>
        get(car ? `${type}/${name}/${car}.car` : `meta/${name}/main.json`),
    },
    {
      metaDownload: async ({ name }) => [await get(`meta/${name}/main.json`)],
      dataDownload: ({ type, name, car }) => get(`${type}/${name}/${car}.car`),
    },
  ];
  for (const functions of shapes) {
    const db = fireproof('fixture-h', { storage: 'memory', format: '0.14' });
    const remote = new connect.raw({ ...functions, mode: 'pull', poll: 0 });
    const connection = connect(db, remote);
    await connection.loaded;
    const { _files } = await db.get('one-file');
    const file = await _files['hello.txt'].file();
    assert.equal(file.size, 10);
    assert.deepEqual(Object.keys(await db.exportKey()), ['hex', 'base58']); // taken over from the meta
    await db.destroy();
  }
});

test('arguments are checked before anything is done', async () => {
  const refused = (work, code = 'invalid-argument') =>
    assert.throws(work, (error) => error instanceof ReplicationError && error.code === code);
  refused(() => fireproof(''));
  refused(() => fireproof('x', { format: '0.19' }), 'unsupported-format');
  refused(() => fireproof('x', { key: 5 }));
  await withDemo({}, async (db) => {
    for (const mode of ['both', '', 5])
      refused(() => connect.rest(db, { url: 'http://127.0.0.1/', mode }));
    refused(() => connect.static(db, { url: 'http://127.0.0.1/', mode: 'sync' }));
    const read = { download: () => null };
    for (const mode of ['sync', 'push']) {
      assert.throws(() => connect.raw(db, { ...read, mode }), {
        code: 'invalid-argument',
        message: /no function upload, or metaUpload and dataUpload/,
      });
    }
    await connect.raw(db, read).close();
    refused(() => connect.rest(db, { url: 'http://127.0.0.1/', mode: 'pull', poll: -1 }));
    refused(() => connect(db, {}));
    await rejectsWith(db.get(''), 'invalid-argument');
    await rejectsWith(db.allDocs({ limit: -1 }), 'invalid-argument');
    await rejectsWith(db.changes('x'), 'invalid-argument');
    await rejectsWith(
      db.changes(['bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4']),
      'invalid-argument',
    );
    await rejectsWith(db.get('unknown'), 'not-found', /unknown/);
  });
  const bad = fireproof('x', { storage: 'memory', key: 'not a key' });
  await rejectsWith(bad.get('a'), 'invalid-key');
  await bad.close();
});

test('listings take prefix, range, order and limit', () =>
  withFixture('0.24/e-1000-bulk', (remote) =>
    withDemo({}, async (db) => {
      await connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 }).loaded;
      const keys = async (options) => (await db.allDocs(options)).rows.map(({ key }) => key);
      const all = await keys({});
      assert.deepEqual(all, all.toSorted());
      assert.deepEqual(
        await keys({ prefix: 'doc-012' }),
        all.filter((key) => key.startsWith('doc-012')),
      );
      assert.deepEqual(await keys({ limit: 3 }), all.slice(0, 3));
      assert.deepEqual(await keys({ limit: 3, descending: true }), all.toReversed().slice(0, 3));
      assert.deepEqual(await keys({ range: [all[10], all[20]] }), all.slice(10, 21));
      assert.deepEqual(await keys({ limit: 0 }), []);
    }),
  ));

test('a connection that has ended listens to its signal no more', () =>
  withFixture(NAME, (remote) =>
    withDemo({}, async (db) => {
      const { signal } = new AbortController();
      let listeners = 0;
      const count = (name, step) => {
        const method = signal[name].bind(signal);
        signal[name] = (...parameters) => {
          listeners += step;
          return method(...parameters);
        };
      };
      count('addEventListener', 1);
      count('removeEventListener', -1);
      const connection = connect.rest(db, { url: remote.url, mode: 'pull', poll: 0, signal });
      await connection.loaded;
      assert.equal(listeners, 1);
      await connection.close();
      assert.equal(listeners, 0);
    }),
  ));

test('options after something that is no database are refused, not attached to nothing', () => {
  for (const kind of ['raw', 'rest', 's3', 'static']) {
    for (const first of [{}, undefined, 'demo', Object.create({ put() {} })]) {
      assert.throws(() => connect[kind](first, { url: 'http://localhost/' }), {
        name: 'ReplicationError',
        code: 'invalid-argument',
      });
    }
  }
});
