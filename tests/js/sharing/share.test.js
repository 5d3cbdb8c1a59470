import { connect, fireproof, open, share } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { bearerTokens, createServer, listen } from '../../../js/server/index.js';
import { KINDS, rejectsWith, titleOf, withDatabase } from '../package/databases.js';
import { withReplica } from '../package/devices.js';

let stores = 0;
const newStore = (format) => new MemoryStorage({ name: `shared-${++stores}`, format });
const textOf = async (db) => JSON.stringify((await db.allDocs()).rows);

/** What the fragment of an open link says. */
const saidBy = (link) => JSON.parse(Buffer.from(link.split('fireproof=1.')[1], 'base64url'));

for (const kind of KINDS) {
  test(`share: ${titleOf(kind)}: another device opens the link, reads and writes`, () =>
    withReplica(({ url }) =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'a', n: 1 });
        const connection = connect.rest(db, { url, poll: 0 });
        await connection.synced();
        const link = await share(db, { connection, url: 'https://app.example/notes?x=1' });
        assert.ok(link.startsWith('https://app.example/notes?x=1#fireproof=1.'), link);
        const opened = await open(link, { storage: newStore(kind.format), poll: 0 });
        await opened.connection.loaded;
        assert.equal(await textOf(opened.db), await textOf(db));
        await opened.db.put({ _id: 'b', n: 2 });
        await opened.connection.synced();
        await connection.synced();
        assert.equal((await db.get('b')).n, 2);
        await opened.db.close();
      }),
    ));
}

test('share: a read-only link has no credentials, and what it opens does not push', async () => {
  const authorize = bearerTokens([
    { token: 'a-secret-of-members', databases: '*', rights: 'write' },
  ]);
  await withReplica(async ({ dir }) => {
    const server = await listen(createServer({ dir, authorize, publicRead: true }));
    try {
      await withDatabase({}, async (db) => {
        await db.put({ _id: 'a' });
        const headers = { Authorization: 'Bearer a-secret-of-members' };
        const connection = connect.rest(db, { url: server.url, headers, poll: 0 });
        await connection.synced();
        const link = await share(db, { connection, readOnly: true });
        assert.ok(!Buffer.from(link.split('1.')[1], 'base64url').includes('a-secret-of-members'));
        const reading = await open(link, { storage: newStore('0.24'), poll: 0 });
        await reading.connection.loaded;
        assert.equal(await textOf(reading.db), await textOf(db));
        await reading.db.put({ _id: 'b' });
        await rejectsWith(reading.connection.push(), 'invalid-argument');
        await reading.db.close();

        const writing = await share(db, { connection });
        assert.equal(
          saidBy(writing).remote.options.headers.Authorization,
          'Bearer a-secret-of-members',
        );
        const opened = await open(writing, { storage: newStore('0.24'), poll: 0 });
        await opened.db.put({ _id: 'c' });
        await opened.connection.synced();
        await opened.db.close();
      });
    } finally {
      await server.close();
    }
  });
});

test('share: what each kind of remote says of itself, with and without what lets one write', () =>
  withDatabase({}, async (db) => {
    await db.put({ _id: 'a' });
    const s3 = { region: 'r', bucket: 'b', endpoint: new URL('https://s3.example'), prefix: 'p' };
    const credentials = { accessKeyId: 'id', secretAccessKey: 'key' };
    const meta = new connect.rest({ url: 'https://meta.example/', headers: { a: 'b' } });
    const remotes = [
      [new connect.s3({ ...s3, credentials, getCredentials: () => credentials }), 'credentials'],
      [
        new connect.s3({ upload: 'https://up.example', download: 'https://down.example' }),
        'upload',
      ],
      [
        new connect.ipfs({ rpc: 'https://rpc.example', gateway: ['https://g.example'], meta }),
        'rpc',
      ],
      [new connect.static({ url: 'https://static.example' }), null],
    ];
    for (const [connection, secret] of remotes) {
      const { remote } = saidBy(await share(db, { connection }));
      const reading = saidBy(await share(db, { connection, readOnly: true })).remote;
      assert.equal(remote.kind, connection.kind);
      if (secret) assert.ok(secret in remote.options, secret);
      assert.ok(!(secret in reading.options));
      assert.ok(!JSON.stringify(remote).includes('getCredentials'));
      if (!remote.meta) continue;
      assert.deepEqual(remote.meta.options.headers, { a: 'b' });
      assert.equal(reading.meta.options.headers, undefined);
    }
    const functions = new connect.raw({ download: () => null });
    for (const wrong of [undefined, {}, functions]) {
      await rejectsWith(share(db, { connection: wrong }), 'invalid-argument');
    }
    await rejectsWith(share({}, { connection: meta }), 'invalid-argument');
  }));

test('share: a passphrase seals all of it; another one, or none, opens nothing', () =>
  withReplica(({ url }) =>
    withDatabase({}, async (db) => {
      await db.put({ _id: 'a' });
      const { hex, base58 } = await db.exportKey();
      const connection = connect.rest(db, { url, poll: 0 });
      await connection.synced();
      const options = { connection, passphrase: 'grüße an alle' };
      const [link, again] = [await share(db, options), await share(db, options)];
      assert.notEqual(link, again); // a salt of its own
      assert.match(link, /^#fireproof=2\.\d+\./);
      for (const secret of [hex, base58, db.name, new URL(url).host]) {
        assert.ok(!link.includes(secret));
        assert.ok(!Buffer.from(link, 'base64url').includes(secret));
      }
      await rejectsWith(open(link), 'key-missing', /passphrase/);
      await rejectsWith(open(link, { passphrase: 'grüße' }), 'key-mismatch', /passphrase/);
      const decomposed = options.passphrase.normalize('NFD');
      const storage = newStore('0.24');
      const opened = await open(link, { passphrase: decomposed, storage, poll: 0 });
      await opened.connection.loaded;
      assert.equal(await textOf(opened.db), await textOf(db));
      await opened.db.close();
    }),
  ));

test('open: links that are over, none, or changed', () =>
  withDatabase({}, async (db) => {
    await db.put({ _id: 'a' });
    const connection = new connect.rest({ url: 'https://example.com/' });
    const past = await share(db, { connection, expires: new Date(Date.now() - 1000) });
    await rejectsWith(open(past), 'forbidden', /good until/);
    const later = await share(db, { connection, expires: Date.now() + 60_000 });
    const opened = await open(later, { storage: newStore('0.24'), poll: 0 });
    await opened.db.close();
    await rejectsWith(share(db, { connection, expires: 'soon' }), 'invalid-argument');
    await rejectsWith(share(db, { connection, passphrase: '' }), 'invalid-argument');
    const encoded = (said) =>
      `#fireproof=1.${Buffer.from(JSON.stringify(said)).toString('base64url')}`;
    const said = { database: 'd', format: '0.24', remote: { kind: 'rest', options: {} } };
    for (const wrong of [
      'https://app.example/',
      '#fireproof=',
      '#fireproof=3.x',
      '#fireproof=1.!!',
      '#fireproof=2.99999999999.a.b.c',
      encoded(null),
      encoded({}),
      encoded({ ...said, remote: { kind: 'raw', options: {} } }),
      encoded({ ...said, remote: { kind: 'constructor', options: {} } }),
      encoded({ ...said, remote: null }),
    ]) {
      await rejectsWith(open(wrong, { passphrase: 'x' }), 'invalid-argument');
    }
  }));

test('open: what a link may not bring is left out', () =>
  withDatabase({}, async (db) => {
    await db.put({ _id: 'a' });
    const said = saidBy(
      await share(db, { connection: new connect.rest({ url: 'https://a.example' }) }),
    );
    said.remote.options = { ...said.remote.options, poll: 1, mode: 'push', fetch: 'x' };
    const link = `#fireproof=1.${Buffer.from(JSON.stringify(said)).toString('base64url')}`;
    const opened = await open(link, { storage: newStore('0.24'), poll: 0 });
    assert.deepEqual(Object.keys(opened.connection.remote.options), ['url']);
    await opened.db.close();
    assert.equal(fireproof('other', { storage: 'memory' }).name, 'other');
  }));
