import { CarBlockIterator } from '@ipld/car';
import { connect, fireproof, restore } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { KINDS, rejectsWith, titleOf, withDatabase } from '../package/databases.js';
import { withReplica } from '../package/devices.js';
import { PICTURE, fill } from '../snapshot/hosting.js';

const fileOf = async (db) => new Response(db.backup()).blob();
const textOf = async (db) => JSON.stringify((await db.allDocs()).rows);

let stores = 0;

/** Works with what is restored into a new store. */
async function withRestored(source, { format, ...options }, work) {
  const storage = new MemoryStorage({ name: `restored-${++stores}`, format });
  const db = await restore(source, { storage, ...options });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

for (const kind of KINDS) {
  test(`backup: ${titleOf(kind)}: documents, attachments, history and log come back`, () =>
    withDatabase(kind, async (db) => {
      await fill(db);
      const earlier = [...db.clock];
      await db.put({ _id: 'item-1', n: 'changed again' });
      const file = await fileOf(db);
      const key = (await db.exportKey())?.hex;
      await withRestored(file, { ...kind, key }, async (restored) => {
        assert.equal(restored.name, db.name);
        assert.equal(await textOf(restored), await textOf(db));
        assert.deepEqual(restored.clock, db.clock);
        assert.deepEqual((await restored.inspect()).cars, (await db.inspect()).cars);
        assert.equal((await restored.at(earlier).get('item-1')).n, 'changed');
        // Nothing is connected any more: the content is stored.
        const content = await (await restored.get('pictured'))._files['picture.bin'].file();
        assert.deepEqual(new Uint8Array(await content.arrayBuffer()), PICTURE);
      });
    }));

  test(`backup: ${titleOf(kind)}: what is restored goes on replicating`, () =>
    withReplica(({ url }) =>
      withDatabase(kind, async (db) => {
        await fill(db);
        const connection = connect.rest(db, { url, poll: 0 });
        await connection.synced();
        const key = (await db.exportKey())?.hex;
        const file = await fileOf(db);
        await db.put({ _id: 'after the backup' });
        await connection.synced();
        await withRestored(file, { ...kind, key }, async (restored) => {
          await restored.put({ _id: 'after the restoring' });
          await connect.rest(restored, { url, poll: 0 }).synced();
          await connection.synced();
          assert.equal(await textOf(restored), await textOf(db));
          assert.equal((await db.get('after the restoring'))._id, 'after the restoring');
        });
      }),
    ));
}

test('backup: it is a CAR of version 1 whose blocks have the names that IPFS gives them, without the key', () =>
  withDatabase({ format: '0.14' }, async (db) => {
    await fill(db);
    const { hex } = await db.exportKey();
    const bytes = new Uint8Array(await (await fileOf(db)).arrayBuffer());
    const { cars, files } = await db.replica();
    const found = [];
    for await (const { cid, bytes: block } of await CarBlockIterator.fromBytes(bytes)) {
      const digest = createHash('sha256').update(block).digest();
      assert.ok(digest.equals(cid.multihash.digest));
      found.push(String(cid));
    }
    // In 0.14 the names of CARs are those of their bytes.
    assert.deepEqual(found.slice(1), [...cars, ...files]);
    assert.equal(Buffer.from(bytes).indexOf(hex), -1);
    assert.equal(Buffer.from(bytes).indexOf(Buffer.from(hex, 'hex')), -1);
  }));

test('backup: a stream is restored too, under another name', () =>
  withDatabase({}, async (db) => {
    await fill(db);
    const { base58 } = await db.exportKey();
    const storage = 'memory';
    const copy = await restore(db.backup(), { name: 'a copy of it', key: base58, storage });
    assert.equal(await textOf(copy), await textOf(db));
    await copy.destroy();
  }));

test('backup: what is damaged, cut off, sealed or in the way is refused', () =>
  withDatabase({}, async (db) => {
    await fill(db);
    const key = (await db.exportKey()).hex;
    const whole = new Uint8Array(await (await fileOf(db)).arrayBuffer());
    const attempt = (bytes, options = { key }) => {
      const storage = new MemoryStorage({ name: `refused-${++stores}`, format: '0.24' });
      return restore(new Blob([bytes]), { storage, ...options });
    };
    for (const at of [0, 30, 70, 300, whole.length >> 1, whole.length - 1]) {
      const damaged = whole.slice();
      damaged[at] ^= 1;
      await assert.rejects(
        attempt(damaged),
        ({ code }) => code.startsWith('corrupt-'),
        `byte ${at}`,
      );
    }
    for (const length of [0, 10, 59, 500, whole.length - 1]) {
      await rejectsWith(attempt(whole.subarray(0, length)), 'corrupt-car');
    }
    await rejectsWith(attempt(whole, {}), 'key-missing', /key/);
    await rejectsWith(attempt(whole, { key: '00'.repeat(16) }), 'key-missing');
    await rejectsWith(attempt(whole, { key, storage: 'memory' }), 'invalid-argument', /already/);
    await withDatabase({}, (empty) => rejectsWith(fileOf(empty), 'invalid-argument', /nothing/));
    assert.equal((await fireproof(db.name, { key, storage: 'memory' }).get('item-1')).n, 'changed');
  }));

test('backup: one CAR at a time is read', () =>
  withDatabase({}, async (db) => {
    await fill(db);
    let reads = 0;
    const readCar = db.readCar.bind(db);
    db.readCar = (...car) => ((reads += 1), readCar(...car));
    const reader = db.backup().getReader();
    for (let n = 0; n < 3; n++) await reader.read(); // the header and the manifest
    assert.ok(reads <= 1, `${reads} CARs are read before anybody wants them`);
    await reader.cancel();
  }));
