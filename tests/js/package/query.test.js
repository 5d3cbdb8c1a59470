import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rejectsWith, withDatabase } from './databases.js';
import { KEY_24, withFixture } from './remote.js';

const DOCUMENTS = [
  { _id: 'a', n: 1, s: 'x' },
  { _id: 'b', n: 2, s: 'xy' },
  { _id: 'c', n: 10, s: 'y' },
  { _id: 'd', s: 'x' },
  { _id: 'e', n: 0, list: ['p', 1] },
  { _id: 'f', list: ['p', 2] },
  { _id: 'g', n: 2, list: ['q'] },
  { _id: 'u', s: '', n: null },
];

const withDocuments = (work) =>
  withDatabase({ public: true }, async (db) => {
    await db.bulk(DOCUMENTS);
    await work(db);
  });

const idsOf = ({ rows }) => rows.map(({ id }) => id).join('');

test('the queries of a database of the package have the answers that the package gave', () =>
  withFixture('0.24/k-index', (remote) =>
    withDatabase({ name: 'demo', key: KEY_24 }, async (db) => {
      await connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 }).loaded;
      const { rows } = await db.query('n', { includeDocs: false });
      assert.deepEqual(
        rows,
        Array.from({ length: 10 }, (_, n) => ({ id: `d${9 - n}`, key: n, value: null })),
      );
      const map = ({ s, n }, emit) => emit([s, n]);
      assert.deepEqual((await db.query(map, { prefix: ['s1'], includeDocs: false })).rows, [
        { id: 'd7', key: ['s1', 2], value: null },
        { id: 'd4', key: ['s1', 5], value: null },
        { id: 'd1', key: ['s1', 8], value: null },
      ]);
    }),
  ));

describe('what a query finds', () => {
  test('a member is a key; documents without it have no row; rows are ordered by key, then id', () =>
    withDocuments(async (db) => {
      assert.equal(idsOf(await db.query('n')), 'ueabgc');
      assert.equal(idsOf(await db.query('s')), 'uadbc');
      assert.equal(idsOf(await db.query('list')), 'efg');
      assert.equal(idsOf(await db.query('_id')), 'abcdefgu');
      assert.deepEqual(await db.query('absent'), { rows: [], docs: [] });
    }));

  for (const [what, field, options, found] of [
    ['key', 'n', { key: 2 }, 'bg'],
    ['the key 0', 'n', { key: 0 }, 'e'],
    ['the key null', 'n', { key: null }, 'u'],
    ['the empty text', 's', { key: '' }, 'u'],
    ['a list as key', 'list', { key: ['p', 1] }, 'e'],
    ['keys, in their order', 'n', { keys: [10, 2, 99, 1] }, 'cbga'],
    ['no keys', 'n', { keys: [] }, ''],
    ['a range with both ends', 'n', { range: [1, 2] }, 'abg'],
    ['a range of lists', 'list', { range: [['p', 2], ['q']] }, 'fg'],
    ['a range that is turned round', 'n', { range: [2, 1] }, ''],
    ['the beginning of texts', 's', { prefix: 'x' }, 'adb'],
    ['the first items of lists', 'list', { prefix: ['p'] }, 'ef'],
    ['the first item of lists', 'list', { prefix: 'p' }, 'ef'],
    ['descending', 'n', { descending: true }, 'cgbaeu'],
    ['limit', 'n', { limit: 2 }, 'ue'],
    ['limit 0', 'n', { limit: 0 }, ''],
    ['descending and limit', 'n', { descending: true, limit: 2 }, 'cg'],
    ['a range descending', 'n', { range: [1, 2], descending: true }, 'gba'],
    ['keys descending', 's', { keys: ['y', 'x'], descending: true }, 'cda'],
    ['keys and limit', 'n', { keys: [10, 2, 1], limit: 2 }, 'cb'],
  ]) {
    test(`${what}`, () =>
      withDocuments(async (db) => assert.equal(idsOf(await db.query(field, options)), found)));
  }

  test('each row has its document, which is in `docs` too, unless includeDocs is false', () =>
    withDocuments(async (db) => {
      const { rows, docs } = await db.query('n', { key: 2 });
      assert.deepEqual(rows, [
        { id: 'b', key: 2, value: null, doc: DOCUMENTS[1] },
        { id: 'g', key: 2, value: null, doc: DOCUMENTS[6] },
      ]);
      assert.deepEqual(docs, [DOCUMENTS[1], DOCUMENTS[6]]);
      assert.deepEqual(Object.keys(await db.query('n', { includeDocs: false })), ['rows']);
    }));
});

describe('map functions', () => {
  test('may emit any number of rows, with values', () =>
    withDocuments(async (db) => {
      const map = ({ _id, n }, emit) => {
        if (!n) return;
        emit(n, { of: _id });
        emit(n + 100, 5);
        emit(undefined, 'no row');
      };
      const { rows } = await db.query(map, { range: [10, 102], includeDocs: false });
      assert.deepEqual(rows, [
        { id: 'c', key: 10, value: { of: 'c' } },
        { id: 'a', key: 101, value: 5 },
        { id: 'b', key: 102, value: 5 },
        { id: 'g', key: 102, value: 5 },
      ]);
    }));

  test('may return a key, which counts if nothing was emitted', () =>
    withDocuments(async (db) => {
      assert.equal(idsOf(await db.query(({ n }) => n)), 'ueabgc');
      const onlyA = ({ _id }) => (_id === 'a' ? null : undefined);
      assert.deepEqual((await db.query(onlyA)).rows, [
        { id: 'a', key: null, value: null, doc: DOCUMENTS[0] },
      ]);
      const both = ({ _id }, emit) => (emit(_id === 'a' ? 'x' : undefined), 'z');
      assert.equal((await db.query(both, { key: 'x' })).rows.length, 1);
      assert.equal((await db.query(both, { key: 'z' })).rows.length, DOCUMENTS.length - 1);
    }));

  test('a document’s rows with one key keep the order in which they were emitted', () =>
    withDocuments(async (db) => {
      const { rows } = await db.query((doc, emit) => (emit(1, doc._id), emit(1, '!')), {
        limit: 4,
      });
      assert.deepEqual(
        rows.map(({ value }) => value),
        ['a', '!', 'b', '!'],
      );
    }));

  test('that emit what is no key make no row of it, and that is said once', async () => {
    const warnings = [];
    const heard = (...parts) => warnings.push(parts);
    const logger = { debug: assert.fail, info: assert.fail, error: assert.fail, warn: heard };
    await withDatabase({ public: true, logger }, async (db) => {
      await db.bulk(DOCUMENTS);
      for (const key of [NaN, {}, new Date(0), [undefined], ['a', [NaN]], () => {}]) {
        const map = ({ _id, n }) => (n > 1 ? key : _id);
        assert.equal(idsOf(await db.query(map)), 'adefu');
        assert.equal(idsOf(await db.query(map)), 'adefu');
        await db.put(DOCUMENTS[1]);
        assert.equal(idsOf(await db.query(map)), 'adefu');
        assert.equal(warnings.length, 1);
        const [message, told] = warnings.pop();
        assert.match(message, /document "b" has a key that cannot be ordered/);
        assert.equal(told, key);
      }
    });
  });

  test('that fail, or emit a value that cannot be cloned, refuse the query and name the document', () =>
    withDocuments(async (db) => {
      const fails = () => {
        throw new Error('boom');
      };
      await rejectsWith(db.query(fails), 'invalid-argument', /document "a": boom/);
      await rejectsWith(
        db.query((doc, emit) => emit(1, fails)),
        'invalid-argument',
      );
    }));
});

describe('the index that is kept', () => {
  /** A map function that notes which documents it was given. */
  function counting() {
    const seen = [];
    const map = ({ _id, n }) => {
      seen.push(_id);
      return n;
    };
    return { map, seen: () => seen.splice(0).join('') };
  }

  test('looks only at what changed since', () =>
    withDocuments(async (db) => {
      const { map, seen } = counting();
      await db.query(map);
      assert.equal(seen(), 'abcdefgu');
      assert.equal(idsOf(await db.query(map)), 'ueabgc');
      assert.equal(seen(), '');
      await db.bulk([
        { _id: 'b', n: 7 },
        { _id: 'a', _deleted: true },
        { _id: 'h', n: 1 },
      ]);
      await db.put({ _id: 'c' });
      assert.equal(idsOf(await db.query(map)), 'uehgb');
      assert.equal([...seen()].sort().join(''), 'bch');
    }));

  test('serves queries at the same time, and after one that failed', () =>
    withDocuments(async (db) => {
      let failing = true;
      const map = ({ n }) => {
        if (failing) throw new Error('boom');
        return n;
      };
      await rejectsWith(db.query(map), 'invalid-argument');
      failing = false;
      const answers = await Promise.all([db.query(map), db.query(map, { key: 2 }), db.query(map)]);
      assert.deepEqual(answers.map(idsOf), ['ueabgc', 'bg', 'ueabgc']);
    }));

  test('is not changed by what is done to an answer', () =>
    withDocuments(async (db) => {
      const map = ({ list }, emit) => list && emit(list, { list });
      const { rows } = await db.query(map);
      rows[0].key.push('changed');
      rows[0].value.list.length = 0;
      assert.deepEqual((await db.query(map, { includeDocs: false })).rows[0], {
        id: 'e',
        key: ['p', 1],
        value: { list: ['p', 1] },
      });
    }));

  test('is kept by function, not by its text', () =>
    withDocuments(async (db) => {
      const above = (least) => (doc) => (doc.n > least ? doc.n : undefined);
      assert.equal(idsOf(await db.query(above(1))), 'bgc');
      assert.equal(idsOf(await db.query(above(5))), 'c');
    }));
});

test('options that make no sense are refused', () =>
  withDocuments(async (db) => {
    for (const options of [
      { limit: -1 },
      { limit: 1.5 },
      { keys: 5 },
      { range: [1] },
      { range: 'ab' },
      { key: {} },
      { key: NaN },
      { prefix: {} },
      { key: 1, range: [1, 2] },
    ])
      await rejectsWith(db.query('n', options), 'invalid-argument');
    for (const map of [undefined, '', 5, {}]) await rejectsWith(db.query(map), 'invalid-argument');
  }));
