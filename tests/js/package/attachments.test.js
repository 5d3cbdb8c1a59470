import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, rejectsWith, reopened, titleOf, withDatabase } from './databases.js';

const textFile = (text, name = 'a.txt') =>
  new File([text], name, { type: 'text/plain', lastModified: 1_700_000_000_000 });

const contentOf = async (entry) => new Uint8Array(await (await entry.file()).arrayBuffer());

/** Bytes that do not repeat. */
const noise = (size) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

for (const kind of KINDS) {
  describe(`attachments in databases of ${titleOf(kind)}`, () => {
    test('files, blobs and bytes are read as they were written, also from the store', () =>
      withDatabase(kind, async (db) => {
        const _files = {
          'a.txt': textFile('hello'),
          blob: new Blob(['<svg/>'], { type: 'image/svg+xml' }),
          bytes: noise(1000),
          empty: new Blob([]),
        };
        await db.put({ _id: 'x', _files, _publicFiles: { 'b.txt': textFile('public') } });
        const again = await reopened(db, kind);
        const read = await again.get('x');
        assert.deepEqual(Object.keys(read._files).sort(), Object.keys(_files).sort());
        const { 'a.txt': file, blob, bytes, empty } = read._files;
        assert.deepEqual([file.size, file.type], [5, 'text/plain']);
        assert.equal(typeof file.cid['/'], 'string');
        const loaded = await file.file();
        assert.deepEqual([loaded.name, loaded.type, loaded.size], ['a.txt', 'text/plain', 5]);
        assert.equal(await loaded.text(), 'hello');
        if (kind.format === '0.24') assert.equal(loaded.lastModified, 1_700_000_000_000);
        assert.equal(blob.type, 'image/svg+xml');
        assert.deepEqual(await contentOf(bytes), noise(1000));
        assert.equal((await contentOf(empty)).length, 0);
        assert.equal(await (await read._publicFiles['b.txt'].file()).text(), 'public');
        await again.destroy();
      }));

    test('files larger than a chunk of 1 MiB are read as they were written', () =>
      withDatabase(kind, async (db) => {
        const sizes = [1_048_576, 1_048_577, 2_500_000];
        await db.bulk(sizes.map((size) => ({ _id: String(size), _files: { f: noise(size) } })));
        for (const size of sizes) {
          const { _files } = await db.get(String(size));
          assert.equal(_files.f.size, size);
          assert.ok(Buffer.from(noise(size)).equals(await contentOf(_files.f)), `${size} bytes`);
        }
      }));

    test('a document that was read is written back with its attachments, and with new ones', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'x', _files: { old: textFile('old') } });
        const read = await db.get('x');
        await db.put({ ...read, n: 1 });
        assert.deepEqual(await db.get('x'), { ...read, n: 1 });
        await db.put({ ...read, _files: { ...read._files, new: textFile('new') } });
        const { _files } = await db.get('x');
        assert.deepEqual(_files.old, read._files.old);
        assert.equal(await (await _files.old.file()).text(), 'old');
        assert.equal(await (await _files.new.file()).text(), 'new');
      }));

    test('an attachment left out is gone from the document', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'x', _files: { a: textFile('a'), b: textFile('b') } });
        const { _files } = await db.get('x');
        await db.put({ _id: 'x', _files: { b: _files.b } });
        assert.deepEqual(Object.keys((await db.get('x'))._files), ['b']);
      }));

    test('bytes are stored as they were when put was called, and stay the caller’s', () =>
      withDatabase(kind, async (db) => {
        const bytes = new Uint8Array([1, 2]);
        const written = db.put({ _id: 'x', _files: { bytes } });
        bytes[0] = 9;
        await written;
        assert.deepEqual(bytes, new Uint8Array([9, 2]));
        const { _files } = await db.get('x');
        assert.deepEqual(await contentOf(_files.bytes), new Uint8Array([1, 2]));
      }));

    test('a write with attachments keeps its place among others', () =>
      withDatabase(kind, async (db) => {
        const slow = db.put({ _id: 'x', n: 1, _files: { a: new Blob([noise(500_000)]) } });
        await Promise.all([slow, db.put({ _id: 'x', n: 2 })]);
        assert.deepEqual(await db.get('x'), { _id: 'x', n: 2 });
      }));
  });
}

test('a file that cannot be read refuses the write, which changes nothing', () =>
  withDatabase({}, async (db) => {
    const gone = textFile('gone');
    gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    const refused = db.bulk([{ _id: 'a' }, { _id: 'x', _files: { gone } }]);
    await rejectsWith(refused, 'invalid-document', /document "x": member "_files\.gone" cannot be/);
    assert.deepEqual((await db.allDocs()).rows, []);
    await db.put({ _id: 'a' });
  }));

test('the same content is one attachment CAR', () =>
  withDatabase({ format: '0.24', public: true }, async (db) => {
    await db.put({ _id: 'a', _files: { f: textFile('same') } });
    await db.put({ _id: 'b', _files: { g: textFile('same', 'b.txt') } });
    const [a, b] = await Promise.all([db.get('a'), db.get('b')]);
    assert.deepEqual(a._files.f.cid, b._files.g.cid);
    assert.deepEqual(a._files.f.car, b._files.g.car);
  }));

test('any view of bytes is an attachment, and what is none is refused', () =>
  withDatabase(KINDS[0], async (db) => {
    const bytes = noise(1000);
    const _files = {
      buffer: bytes.slice().buffer,
      part: new DataView(bytes.buffer, 10, 20),
      words: new Uint16Array(bytes.buffer, 2, 4),
    };
    await db.put({ _id: 'x', _files });
    const read = (await db.get('x'))._files;
    assert.deepEqual(await contentOf(read.buffer), bytes);
    assert.deepEqual(await contentOf(read.part), bytes.subarray(10, 30));
    assert.deepEqual(await contentOf(read.words), bytes.subarray(2, 10));
    for (const wrong of ['text', 7, null, {}, [1, 2], { data: 'x' }]) {
      await rejectsWith(db.put({ _id: 'y', _files: { wrong } }), 'invalid-document');
    }
    await rejectsWith(db.get('y'), 'not-found');
  }));
