import { ReplicationError, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { KINDS, rejectsWith, titleOf } from './databases.js';

/** A store that can be full. */
class FullStorage extends MemoryStorage {
  isFull = false;

  async doCommit(commit) {
    if (this.isFull) throw new ReplicationError('quota-exceeded', `${this.label} has no room`);
    return super.doCommit(commit);
  }
}

let made = 0;

/** Works on a new database in such a store; `open` opens it once more. */
async function withFullStorage({ format, ...options }, work) {
  const name = `full-${++made}`;
  const storages = [];
  const open = () => {
    const storage = new FullStorage({ name, format });
    storages.push(storage);
    return fireproof(name, { ...options, format, storage });
  };
  const db = open();
  await work(db, storages[0], open);
  await db.destroy();
}

const pictureOf = async (db) => [await db.inspect(), await db.allDocs(), await db.changes()];

for (const kind of KINDS) {
  describe(`a store without room: ${titleOf(kind)}`, () => {
    test('refuses every write with quota-exceeded, and nothing is changed', () =>
      withFullStorage(kind, async (db, storage, open) => {
        await db.bulk([{ _id: 'a', n: 1 }, { _id: 'b' }]);
        await db.put({ _id: 'a', n: 2 });
        const before = await pictureOf(db);
        let changes = 0;
        db.addEventListener('change', () => (changes += 1));
        storage.isFull = true;
        const writes = [
          db.put({ _id: 'a', n: 3 }),
          db.put({ _files: { large: new Uint8Array(100_000) } }),
          db.bulk([{ _id: 'a', _deleted: true }, { _id: 'c' }]),
          db.del('b'),
          db.compact(),
          db.replica(),
        ];
        for (const write of writes) await rejectsWith(write, 'quota-exceeded', /no room/);
        assert.deepEqual(await pictureOf(db), before);
        assert.equal(changes, 0);
        const again = open();
        assert.deepEqual(await pictureOf(again), before);
        await again.close();
      }));

    test('takes writes again when there is room', () =>
      withFullStorage(kind, async (db, storage) => {
        await db.put({ _id: 'a', n: 1 });
        storage.isFull = true;
        await rejectsWith(db.put({ _id: 'a', n: 2 }), 'quota-exceeded');
        storage.isFull = false;
        await db.put({ _id: 'b' });
        await db.compact();
        const after = await db.allDocs();
        assert.deepEqual(
          after.rows.map(({ value }) => value),
          [{ _id: 'a', n: 1 }, { _id: 'b' }],
        );
        assert.equal(after.clock.length, 1);
      }));
  });
}
