// What applications of Fireproof's JavaScript package call, by the names that they know.
import { connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withReplica } from '../server/replica.js';
import { rejectsWith, reopened, withDatabase } from './databases.js';

test('ready can be awaited and called, and tells of a failure both ways', () =>
  withDatabase({}, async (db) => {
    assert.equal(await db.ready(), undefined);
    assert.equal(await db.ready, undefined);
    await Promise.all([db.ready, db.ready()]);
    assert.equal(await db.ready.then(() => 'open'), 'open');
    const wrong = fireproof('wrong', { storage: 'memory', key: 'no key' });
    await rejectsWith(wrong.ready(), 'invalid-key');
    assert.equal(await wrong.ready.catch(({ code }) => code), 'invalid-key');
    let settled = false;
    await assert.rejects(wrong.ready.finally(() => (settled = true)));
    assert.ok(settled);
  }));

test('a database without a name is in memory, and is another one each time', async () => {
  const [one, other] = [fireproof(), fireproof(null)];
  assert.notEqual(one.name, other.name);
  await one.put({ _id: 'a' });
  assert.equal((await one.allDocs()).rows.length, 1);
  assert.equal((await other.allDocs()).rows.length, 0);
  await Promise.all([one.destroy(), other.destroy()]);
  for (const make of [
    () => fireproof(''),
    () => fireproof(5),
    () => fireproof(undefined, { storage: { type: 'file', dir: '/nowhere' } }),
  ])
    assert.throws(make, { code: 'invalid-argument' });
});

test('options of a database that there are not, and those of other types, are refused', () => {
  for (const options of [
    { formt: '0.14' },
    { storeUrls: {} },
    { worker: 'no' },
    { public: 1 },
    { key: 5 },
    { logger: console.log },
    { storage: 5 },
    { storage: null },
    { storage: { type: 'disk' } },
    { storage: { type: 'file', folder: '/data' } },
    { storage: { type: 'file', dir: 5 } },
    { storage: { type: 'file', durability: 'very' } },
    'memory',
  ])
    assert.throws(() => fireproof('x', options), { code: 'invalid-argument' });
});

test('options of a connection that there are not, and those of other types, are refused', () =>
  withDatabase({}, async (db) => {
    const url = 'http://127.0.0.1:9/';
    for (const make of [
      () => connect.rest(db, { url, polling: 5 }),
      () => connect.rest(db, { url, signal: 'stop' }),
      () => connect.rest(db, { url, getHeaders: {} }),
      () => connect.rest(db, { url, headers: 'authorization: x' }),
      () => connect.rest(db, { url, fetch: 'fetch' }),
      () => connect.rest(db, { url, meta: new connect.rest({ url, methd: 'x' }) }),
      () => connect.static(db, { url, headers: {} }),
      () => connect.raw(db, { download: () => null, uplod: () => null }),
      () => connect.raw(db, { download: 5 }),
      () => connect.s3(db, { region: 'r', bucket: 'b', secret: 'x' }),
      () => connect(db, new connect.rest({ url, urll: url })),
    ])
      assert.throws(make, { code: 'invalid-argument' });
  }));

test('subscribe takes a boolean for whether it wants the documents, or null for the default', () =>
  withDatabase({}, async (db) => {
    const heard = { on: [], off: [], default: [] };
    db.subscribe((documents) => heard.on.push(documents), true);
    db.subscribe((documents) => heard.off.push(documents), false);
    db.subscribe((documents) => heard.default.push(documents), null);
    await db.put({ _id: 'a', n: 1 });
    assert.deepEqual(heard, {
      on: [[{ _id: 'a', n: 1 }]],
      off: [[]],
      default: [[{ _id: 'a', n: 1 }]],
    });
  }));

test('who subscribes was told when a write resolves', () =>
  withDatabase({}, async (db) => {
    let told = 0;
    db.subscribe(() => (told += 1));
    await db.put({ _id: 'a' });
    assert.equal(told, 1);
    await db.bulk([{ _id: 'b' }, { _id: 'c' }]);
    assert.equal(told, 2);
    await db.del('a');
    assert.equal(told, 3);
  }));

test('the message of not-found says "Not found"', () =>
  withDatabase({}, (db) => rejectsWith(db.get('a'), 'not-found', /^Not found: document "a"/)));

test('onClosed is called once, by close and by destroy, unless it is taken back', async () => {
  const db = fireproof('closing', { storage: 'memory' });
  const calls = [];
  db.onClosed(() => calls.push('one'));
  const forget = db.onClosed(() => calls.push('never'));
  forget();
  await db.close();
  await db.close();
  await db.destroy();
  assert.deepEqual(calls, ['one']);
});

test('writes that were called before close are finished, those after it are refused', async () => {
  const db = fireproof('last words', { storage: 'memory' });
  const file = new Blob(['content'.repeat(100)]);
  const writes = [
    db.put({ _id: 'a', _files: { file } }),
    db.put({ _id: 'b' }),
    db.bulk([{ _id: 'c' }]),
  ];
  const closing = db.close();
  await rejectsWith(db.put({ _id: 'd' }), 'closed');
  await Promise.all([...writes, closing]);
  const again = await reopened(db, {});
  assert.deepEqual(
    (await again.allDocs()).rows.map(({ key }) => key),
    ['a', 'b', 'c'],
  );
  await again.destroy();
});

test('the CID of an attachment is written out as its text', () =>
  withDatabase({}, async (db) => {
    await db.put({ _id: 'a', _files: { f: new Blob(['text']) } });
    const { f } = (await db.get('a'))._files;
    assert.equal(String(f.cid), f.cid['/']);
    assert.deepEqual(Object.keys(f.cid), ['/']);
    await db.put(await db.get('a'));
    assert.equal(await (await (await db.get('a'))._files.f.file()).text(), 'text');
  }));

test('attach resolves when what the remote has is readable, and tells its state', () =>
  withReplica(async ({ url }) => {
    const name = 'attached';
    await withDatabase({ name, key: '00'.repeat(16) }, async (db) => {
      await db.put({ _id: 'a' });
      const attached = await db.attach(new connect.rest({ url, poll: 0 }));
      await attached.connection.synced();
      assert.equal(attached.status(), 'idle');
      assert.ok(Date.now() - attached.connection.lastSyncedAt < 60_000);
      assert.deepEqual(db.connections, [attached.connection]);
      await attached.detach();
      assert.equal(attached.status(), 'detached');
      assert.deepEqual(db.connections, []);
    });
    await withDatabase({ name, key: '00'.repeat(16) }, async (db) => {
      await db.attach(new connect.rest({ url, poll: 0 }));
      assert.deepEqual(await db.get('a'), { _id: 'a' });
    });
  }));

test('attach resolves where the remote cannot be reached yet, and rejects where it never will', () =>
  withDatabase({}, async (db) => {
    const attached = await db.attach(new connect.rest({ url: 'http://127.0.0.1:9/' }));
    assert.equal(attached.status(), 'error');
    assert.equal(attached.connection.status.lastError.code, 'offline');
    await attached.detach();
    await rejectsWith(db.attach(new connect.rest({ url: 'no address' })), 'invalid-argument');
    await rejectsWith(db.attach('http://127.0.0.1:9/'), 'invalid-argument');
  }));

test('put waits for a remote when asked to, and says why it cannot', () =>
  withReplica(({ url }) =>
    withDatabase({}, async (db) => {
      await rejectsWith(db.put({ _id: 'a' }, { safe: 'any' }), 'invalid-argument');
      const connection = connect.rest(db, { url, poll: 0 });
      connect.rest(db, { url: 'http://127.0.0.1:9/' });
      await db.put({ _id: 'b' }, { safe: connection });
      assert.equal(connection.status.safe, true);
      await db.put({ _id: 'c' }, { safe: 'any' });
      assert.equal(connection.status.safe, true);
      await rejectsWith(db.put({ _id: 'd' }, { safe: true }), 'invalid-argument');
      await connection.close();
      await rejectsWith(db.put({ _id: 'e' }, { safe: connection }), 'invalid-argument');
      assert.equal((await db.allDocs()).rows.length, 5);
    }),
  ));

test('durability says where what is written is safe', () =>
  withReplica(async ({ url }) => {
    await withDatabase({}, async (db) => {
      const nowhere = { persisted: false, quota: null, usage: null, safe: false, remotes: [] };
      assert.deepEqual(await db.durability(), nowhere);
      connect.rest(db, { url, mode: 'pull', poll: 0 });
      const connection = connect.rest(db, { url, poll: 0 });
      await db.put({ _id: 'a' }, { safe: connection });
      const { safe, remotes } = await db.durability();
      assert.equal(safe, true);
      assert.deepEqual(
        remotes.map((each) => [each.connection === connection, each.safe]),
        [[true, true]],
      );
    });
    const dir = await mkdtemp(join(tmpdir(), 'fireproof-durability-'));
    const stored = fireproof('stored', { storage: { type: 'file', dir } });
    assert.equal((await stored.durability()).persisted, true);
    await stored.destroy();
    await rm(dir, { recursive: true });
  }));

test('in Node the engine runs on the calling thread', () =>
  withDatabase({}, async (db) => {
    await db.ready;
    assert.equal(db.thread, 'main');
  }));
