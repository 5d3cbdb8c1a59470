import { fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../../browser/assert.js';
import { KINDS, rejectsWith, reopened, titleOf, withDatabase } from './databases.js';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const keysOf = async (db) => (await db.allDocs()).rows.map(({ key }) => key);

for (const kind of KINDS) {
  describe(`writing to databases of ${titleOf(kind)}`, () => {
    test('put answers with id and clock, and the document is there', () =>
      withDatabase(kind, async (db) => {
        const first = await db.put({ _id: 'a', n: 1 });
        assert.deepEqual(Object.keys(first).sort(), ['clock', 'id', 'name']);
        assert.equal(first.id, 'a');
        assert.equal(first.name, db.name);
        assert.deepEqual(first.clock, [...db.clock]);
        assert.equal(first.clock.length, 1);
        const second = await db.put({ _id: 'a', n: 2 });
        assert.notDeepEqual(second.clock, first.clock);
        assert.deepEqual(await db.get('a'), { _id: 'a', n: 2 });
      }));

    test('a document without id gets a UUID, and is not changed itself', () =>
      withDatabase(kind, async (db) => {
        const document = Object.freeze({ n: 1 });
        const { id } = await db.put(document);
        assert.match(id, UUID_7);
        assert.deepEqual(document, { n: 1 });
        assert.deepEqual(await db.get(id), { _id: id, n: 1 });
        const { ids } = await db.bulk([{ _id: '' }, {}, { _id: 'own' }]);
        assert.match(ids[0], UUID_7);
        assert.match(ids[1], UUID_7);
        assert.equal(ids[2], 'own');
      }));

    test('bulk is one commit, and answers with the ids in order', () =>
      withDatabase(kind, async (db) => {
        let changes = 0;
        db.addEventListener('change', () => (changes += 1));
        const documents = Array.from({ length: 200 }, (_, n) => ({ _id: `d${199 - n}`, n }));
        const { ids, clock } = await db.bulk(documents);
        assert.deepEqual(
          ids,
          documents.map(({ _id }) => _id),
        );
        assert.deepEqual(clock, [...db.clock]);
        assert.equal(changes, 1);
        assert.deepEqual(await keysOf(db), ids.toSorted());
        for (const document of documents) assert.deepEqual(await db.get(document._id), document);
      }));

    test('the last of several documents with one id counts', () =>
      withDatabase(kind, async (db) => {
        await db.bulk([
          { _id: 'a', n: 1 },
          { _id: 'b', n: 2 },
          { _id: 'a', n: 3 },
        ]);
        assert.deepEqual(await db.get('a'), { _id: 'a', n: 3 });
        assert.equal((await db.changes()).rows.length, 2);
      }));

    test('an empty bulk commits nothing', () =>
      withDatabase(kind, async (db) => {
        const { clock } = await db.put({ _id: 'a' });
        assert.deepEqual(await db.bulk([]), { ids: [], clock, name: db.name });
      }));

    test('del and remove delete, also what was never there', () =>
      withDatabase(kind, async (db) => {
        await db.bulk([{ _id: 'a' }, { _id: 'b' }]);
        const { id, clock } = await db.del('a');
        assert.equal(id, 'a');
        assert.deepEqual(clock, [...db.clock]);
        await rejectsWith(db.get('a'), 'not-found', /a/);
        await db.remove('b');
        await db.del('never');
        assert.deepEqual(await keysOf(db), []);
        await db.put({ _id: 'a', back: true });
        assert.deepEqual(await db.get('a'), { _id: 'a', back: true });
      }));

    test('_deleted: true deletes in put and bulk, whatever else the document has', () =>
      withDatabase(kind, async (db) => {
        await db.bulk([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
        await db.put({ _id: 'a', _deleted: true, n: Infinity });
        await db.bulk([{ _id: 'b', _deleted: true }, { _id: 'd' }]);
        assert.deepEqual(await keysOf(db), ['c', 'd']);
        const { rows } = await db.changes();
        const deleted = rows.filter((row) => row.deleted).map(({ value }) => value);
        assert.deepEqual(deleted, [
          { _id: 'a', _deleted: true },
          { _id: 'b', _deleted: true },
        ]);
      }));

    test('a refused document refuses its whole bulk, and changes nothing', () =>
      withDatabase(kind, async (db) => {
        const { clock } = await db.put({ _id: 'a' });
        const before = await db.inspect();
        const bulk = db.bulk([{ _id: 'b' }, { _id: 'c', list: [Infinity] }]);
        await rejectsWith(bulk, 'invalid-document', /document "c": member "list\[0\]" is Infinity/);
        assert.deepEqual(await keysOf(db), ['a']);
        assert.deepEqual([...db.clock], clock);
        assert.deepEqual(await db.inspect(), before);
      }));

    test('what is no document or no id is refused', () =>
      withDatabase(kind, async (db) => {
        for (const document of [undefined, null, 5, 'text', [], new Uint8Array(1)])
          await rejectsWith(db.put(document), 'invalid-document');
        for (const _id of [5, true, {}, []])
          await rejectsWith(db.put({ _id }), 'invalid-document', /_id/);
        for (const id of ['', undefined, 5]) await rejectsWith(db.del(id), 'invalid-argument');
        await rejectsWith(db.bulk({ _id: 'a' }), 'invalid-argument');
        assert.deepEqual([...db.clock], []);
      }));

    test('writes that nobody waited for are carried out in order', () =>
      withDatabase(kind, async (db) => {
        const writes = Array.from({ length: 50 }, (_, n) => db.put({ _id: 'a', n }));
        writes.push(db.del('b'), db.put({ _id: 'b', n: 1 }));
        await Promise.all(writes);
        assert.deepEqual(await db.get('a'), { _id: 'a', n: 49 });
        assert.deepEqual(await db.get('b'), { _id: 'b', n: 1 });
        assert.equal(db.clock.length, 1);
      }));

    test('a document is stored as it was when put was called', () =>
      withDatabase(kind, async (db) => {
        const document = { _id: 'a', list: [1], bytes: new Uint8Array([1]) };
        const written = db.put(document);
        document.list.push(2);
        document.bytes[0] = 2;
        await written;
        assert.deepEqual(await db.get('a'), { _id: 'a', list: [1], bytes: new Uint8Array([1]) });
      }));

    test('what was written is there after reopening, under the same clock and key', () =>
      withDatabase(kind, async (db) => {
        await db.bulk([{ _id: 'a' }, { _id: 'b' }]);
        const { clock } = await db.del('b');
        const key = await db.exportKey();
        const again = await reopened(db, kind);
        await again.ready;
        assert.deepEqual([...again.clock], clock);
        assert.deepEqual(await keysOf(again), ['a']);
        assert.deepEqual(await again.exportKey(), key);
        assert.equal(key === null, kind.public);
        await again.destroy();
      }));

    test('compaction keeps every document, and says what it did', () =>
      withDatabase(kind, async (db) => {
        for (let n = 0; n < 20; n++) await db.put({ _id: `d${n % 5}`, n });
        await db.del('d0');
        const { rows, clock } = await db.allDocs();
        const { carsBefore, carsAfter, bytesBefore, bytesAfter } = await db.compact();
        assert.ok(carsAfter < carsBefore, `${carsBefore} CARs, then ${carsAfter}`);
        assert.ok(bytesAfter < bytesBefore, `${bytesBefore} bytes, then ${bytesAfter}`);
        assert.deepEqual(await db.allDocs(), { rows, clock, name: db.name });
        await db.put({ _id: 'd5' });
        const again = await reopened(db, kind);
        assert.equal((await again.allDocs()).rows.length, 5);
        await again.destroy();
      }));

    test('two objects on one store see what the other writes, and lose nothing', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'first' });
        const other = fireproof(db.name, { storage: 'memory', ...kind });
        await Promise.all(
          Array.from({ length: 20 }, (_, n) => (n % 2 ? db : other).put({ _id: `d${n}`, n })),
        );
        await Promise.all([db.put({ _id: 'last' }), other.put({ _id: 'last too' })]);
        for (const each of [db, other])
          await until(async () => (await keysOf(each)).length === 23, 'all documents are there');
        assert.deepEqual((await other.allDocs()).rows, (await db.allDocs()).rows);
        await other.close();
      }));
  });
}

test('0.24 refuses ids that are not printable ASCII, or longer than 4,096 bytes', () =>
  withDatabase({ format: '0.24' }, async (db) => {
    for (const _id of ['ü', 'a\n', 'a\u007f', 'x'.repeat(4097)])
      await rejectsWith(db.put({ _id }), 'invalid-document');
    await db.bulk([{ _id: 'x'.repeat(4096) }, { _id: ' ~' }]);
    assert.equal((await keysOf(db)).length, 2);
  }));

test('0.14 takes any text as id', () =>
  withDatabase({ format: '0.14' }, async (db) => {
    const ids = ['ü', 'a\nb', '漢字🚀', 'x'.repeat(5000), 'x'.repeat(64), 'x'.repeat(65)];
    await db.bulk(ids.map((_id) => ({ _id })));
    for (const _id of ids) assert.deepEqual(await db.get(_id), { _id });
  }));
