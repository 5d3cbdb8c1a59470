import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createPresigner, listen } from '../../../js/server/index.js';
import { difference } from '../interop/compare.js';
import { judge } from '../interop/judge/index.js';
import { PEER_VERSIONS, Peer } from '../interop/peers/peer.js';
import { KINDS, titleOf } from '../package/databases.js';
import { settle, textIn, withDevices, write } from '../package/devices.js';
import { TestBucket } from './test-bucket.js';

/** The key that Devices gives to encrypted 0.24 databases. */
const KEY_24 = '0f'.repeat(16);

/** What happens to the first requests of a device; `lost` is stored, but nobody hears of it. */
const FAULTS = [null, 'busy', null, 'lost', null, null, 'lost', null, null, null, 'cut'];

/**
 * Whole devices at a real server: they share a database, and fresh devices of the JavaScript packages read it.
 *
 * @param {object} server see contract.js
 */
export function replication({ name, endpoint, owner, conditions }) {
  const bucket = () => TestBucket.make(endpoint(), owner);
  const isHonoured = conditions.absent === 'honoured';
  const encrypted = KINDS.filter((kind) => !kind.public);
  const peers = new Map();
  after(() => Promise.all([...peers.values()].map((peer) => peer.stop())));

  /** Without conditions writers that meet may overwrite each other, which is not what is asked here. */
  async function writeInTurn(databases, connections) {
    for (const [n, db] of databases.entries()) {
      await connections[n].refresh();
      await write(db, 'ab'[n]);
      await connections[n].synced();
    }
  }

  /** Where conditions are ignored, what was written is safe when it was read back, a moment later. */
  async function isSafe(connection) {
    if (isHonoured) return connection.status.safe;
    for (let n = 0; n < 100 && !connection.status.safe; n++) await delay(100);
    return connection.status.safe;
  }

  /** And a first history counts as the remote's after some seconds: until then the meta is read anew. */
  async function refreshWhenSettled(connection, requests) {
    for (let n = 0; n < (isHonoured ? 1 : 12); n++) {
      if (n > 0) await delay(1000);
      requests.length = 0;
      await connection.refresh();
      if (requests.every((each) => each === 'GET 304')) return;
    }
  }

  /** A real package reads what is in a bucket. */
  async function peersAgree(made, { format, public: isPublic }, { database, prefix = '' }) {
    const dir = await mkdtemp(join(tmpdir(), 'fireproof-bucket-'));
    try {
      await made.copyTo(dir);
      const remote = join(dir, prefix);
      const key = format === '0.24' && !isPublic ? KEY_24 : null;
      const expected = judge({ folder: remote, format, database, key });
      for (const version of PEER_VERSIONS.filter((each) => each.startsWith(format))) {
        if (!peers.has(version)) peers.set(version, new Peer(version));
        const peer = peers.get(version);
        await peer.open({ database, remote, public: isPublic, key });
        assert.equal(difference(await peer.allDocs(), expected), null);
      }
      return expected;
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  for (const kind of KINDS) {
    test(`${name}: two devices share a database of ${titleOf(kind)}; new devices and the real packages read it`, () =>
      withDevices(kind, async (devices) => {
        const made = await bucket();
        const requests = [];
        const counting = async (url, init) => {
          const response = await fetch(url, init);
          requests.push(`${init.method ?? 'GET'} ${response.status}`);
          return response;
        };
        const options = { ...made.signed, prefix: 'a b/ü+', poll: 0, fetch: counting };
        const attach = (db) => connect.s3(db, options);
        const [a, b] = [devices.open('a'), devices.open('b')];
        await a.put({ _id: 'file', _files: { f: new Uint8Array([1, 2, 3]) } });
        const connections = [attach(a)];
        await connections[0].synced();
        connections.push(attach(b));
        await connections[1].loaded;
        if (isHonoured) await Promise.all([write(a, 'a'), write(b, 'b')]);
        else await writeInTurn([a, b], connections);
        await Promise.all(connections.map((each) => each.synced()));
        await settle(connections);
        assert.equal(await textIn(a), await textIn(b));
        assert.equal((await a.allDocs()).rows.length, 11);
        assert.equal(await isSafe(connections[0]), true);
        assert.equal(connections[0].status.conditional, conditions.match);

        for (const connection of connections) {
          await refreshWhenSettled(connection, requests);
          assert.deepEqual(requests, ['GET 304'], 'nothing to do is one request');
        }
        assert.equal(await devices.seenBy(attach), await textIn(a));
        const { _files } = await b.get('file');
        assert.equal((await _files.f.file()).size, 3);
        const place = { database: a.name, prefix: options.prefix };
        const { docs } = await peersAgree(made, kind, place);
        assert.equal(docs.length, 11);
      }));
  }

  test(`${name}: refused credentials stop nothing but this remote, until there are others`, () =>
    withDevices({ format: '0.24', public: false }, async (devices) => {
      const made = await bucket();
      const a = devices.open('a');
      let secretAccessKey = 'wrong';
      const getCredentials = async () => ({ ...owner, secretAccessKey });
      const connection = connect.s3(a, { ...made.open, getCredentials, poll: 0 });
      await write(a, 'a');
      await assert.rejects(connection.push(), { code: 'unauthorized' });
      assert.equal(connection.status.state, 'unauthorized');
      assert.match(connection.status.lastError.message, /SignatureDoesNotMatch/);
      assert.equal(connection.status.safe, false);
      assert.deepEqual(await made.keys(), []);
      ({ secretAccessKey } = owner);
      await connection.synced();
      assert.equal(await isSafe(connection), true);
      const attach = (db) => connect.s3(db, { ...made.signed, poll: 0 });
      assert.equal(await devices.seenBy(attach), await textIn(a));
    }));

  for (const kind of encrypted) {
    test(`${name}: what is cut, refused or answered in vain loses nothing of ${titleOf(kind)}`, () =>
      withDevices(kind, async (devices) => {
        const made = await bucket();
        const a = devices.open('a');
        let request = 0;
        const failing = async (url, init) => {
          const fault = FAULTS[request++];
          if (fault === 'cut') throw new TypeError('cut');
          if (fault === 'busy') return new Response('<Code>SlowDown</Code>', { status: 503 });
          const response = await fetch(url, init);
          if (fault === 'lost') throw new TypeError('the answer is lost');
          return response;
        };
        const connection = connect.s3(a, { ...made.signed, poll: 0, fetch: failing });
        for (let n = 0; n < 3; n++) {
          await a.put({ _id: `${n}`, _files: { f: new Uint8Array([n]) } });
          await connection.synced();
        }
        assert.equal(await isSafe(connection), true);
        assert.ok(request > FAULTS.length);
        const attach = (db) => connect.s3(db, { ...made.signed, poll: 0 });
        assert.equal(await devices.seenBy(attach), await textIn(a));
        assert.equal((await peersAgree(made, kind, { database: a.name })).docs.length, 3);
      }));
  }

  for (const kind of encrypted) {
    test(`${name}: devices share a database of ${titleOf(kind)} through our presigning service`, () =>
      withDevices(kind, async (devices) => {
        const made = await bucket();
        // s3rver lets everybody read, and knows no policies.
        if (isHonoured) await made.allowReading();
        const [a, b] = [devices.open('a'), devices.open('b')];
        const service = await listen(createPresigner({ ...made.signed, database: a.name }));
        try {
          const s3 = { upload: `${service.url}presign`, download: made.url };
          const attach = (db) => connect.s3(db, { ...s3, poll: 0 });
          await write(a, 'a');
          const fromA = attach(a);
          await fromA.synced();
          assert.equal(fromA.status.safe, true);
          const fromB = attach(b);
          await fromB.loaded;
          await b.put({ _id: 'b', _files: { f: new Uint8Array([1, 2, 3]) } });
          await settle([fromB, fromA]);
          assert.equal(await textIn(a), await textIn(b));
          await peersAgree(made, kind, { database: a.name });

          const reading = (db) => connect.s3(db, { download: made.url, poll: 0 });
          assert.equal(await devices.seenBy(reading), await textIn(a));
          const opened = (db) => connect.s3(db, { ...made.open, poll: 0 });
          assert.equal(await devices.seenBy(opened), await textIn(a));

          if (kind.format === '0.14') {
            const writer = new Peer('0.14.2');
            peers.set('0.14.2 at the service', writer);
            await writer.open({ database: a.name, remote: '', public: kind.public, s3 });
            assert.equal((await writer.allDocs()).docs.length, (await a.allDocs()).rows.length);
            await writer.put({ _id: 'theirs', n: 1 });
            await writer.publish();
            await fromA.refresh();
            assert.equal((await a.get('theirs')).n, 1);
            await writer.stop();
          }
        } finally {
          await service.close();
        }
      }));
  }
}
