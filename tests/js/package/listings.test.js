import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, rejectsWith, titleOf, withDatabase } from './databases.js';

const keysOf = ({ rows }) => rows.map(({ key }) => key);

/** All keys of `changes`, a page after the other, and how large the pages were. */
async function paged(db, limit) {
  const seen = [];
  const sizes = [];
  let since = [];
  for (;;) {
    const { rows, clock } = await db.changes(since, { limit });
    if (rows.length === 0) return { seen, sizes, clock: since };
    seen.push(...rows.map(({ key }) => key));
    sizes.push(rows.length);
    since = clock;
  }
}

for (const kind of KINDS) {
  describe(`listings of databases of ${titleOf(kind)}`, () => {
    test('allDocs answers for certain keys, in their order, and says the name and the clock', () =>
      withDatabase(kind, async (db) => {
        await db.bulk([{ _id: 'a', n: 1 }, { _id: 'b' }, { _id: 'c' }]);
        await db.del('b');
        const value = { _id: 'a', n: 1 };
        const { clock, name } = db;
        assert.deepEqual(await db.allDocs({ key: 'a' }), {
          rows: [{ key: 'a', value }],
          clock: [...clock],
          name,
        });
        assert.deepEqual(await db.allDocuments(), await db.allDocs());
        assert.deepEqual(keysOf(await db.allDocs({ key: 'b' })), []);
        assert.deepEqual(keysOf(await db.allDocs({ keys: ['c', 'x', 'b', 'a'] })), ['c', 'a']);
        assert.deepEqual(keysOf(await db.allDocs({ keys: ['c', 'a'], limit: 1 })), ['c']);
        assert.deepEqual((await db.allDocs({ keys: [] })).clock, [...clock]);
        assert.deepEqual(keysOf(await db.at(clock).allDocs({ keys: ['c'] })), ['c']);
      }));

    test('allDocs lists deleted documents when asked to, by the same choice', () =>
      withDatabase(kind, async (db) => {
        await db.bulk([{ _id: 'ba' }, { _id: 'a', n: 1 }, { _id: 'bb' }, { _id: 'c' }]);
        await db.del('bb');
        const all = (options) => db.allDocs({ includeDeleted: true, ...options });
        const { rows, clock } = await all();
        assert.deepEqual(rows, [
          { key: 'a', value: { _id: 'a', n: 1 } },
          { key: 'ba', value: { _id: 'ba' } },
          { key: 'bb', value: { _id: 'bb', _deleted: true }, deleted: true },
          { key: 'c', value: { _id: 'c' } },
        ]);
        assert.deepEqual(clock, [...db.clock]);
        assert.deepEqual(keysOf(await all({ prefix: 'b' })), ['ba', 'bb']);
        assert.deepEqual(keysOf(await all({ range: ['ba', 'bb'] })), ['ba', 'bb']);
        assert.deepEqual(keysOf(await all({ descending: true, limit: 2 })), ['c', 'bb']);
        assert.deepEqual(keysOf(await all({ key: 'bb' })), ['bb']);
        assert.deepEqual(keysOf(await all({ keys: ['c', 'bb'] })), ['c', 'bb']);
        assert.deepEqual(keysOf(await db.allDocs({ prefix: 'b' })), ['ba']);
      }));

    test('changes in pages see everything: the clock of an answer is one to go on from', () =>
      withDatabase(kind, async (db) => {
        for (let n = 0; n < 7; n++) await db.put({ _id: `d${n % 5}`, n });
        const oldestFirst = ['d2', 'd3', 'd4', 'd0', 'd1'];
        for (const limit of [1, 2, 3, 5, 9]) {
          const { seen, sizes, clock } = await paged(db, limit);
          assert.deepEqual(seen, oldestFirst, `limit ${limit}`);
          assert.ok(Math.max(...sizes) <= limit, `${sizes}`);
          assert.deepEqual(clock, [...db.clock]);
        }
        assert.deepEqual(await db.changes([], { limit: 0 }), {
          rows: [],
          clock: [],
          name: db.name,
        });
      }));

    test('one event is never torn in two: a page has less, or that event alone', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'first' });
        await db.bulk(Array.from({ length: 5 }, (_, n) => ({ _id: `d${n}` })));
        await db.put({ _id: 'last' });
        const { seen, sizes } = await paged(db, 3);
        // In 0.14 each document of a bulk has an event of its own.
        assert.deepEqual(sizes, kind.format === '0.24' ? [1, 5, 1] : [3, 3, 1]);
        assert.deepEqual(seen, ['first', 'd0', 'd1', 'd2', 'd3', 'd4', 'last']);
      }));

    test('pages of changes see all of what two devices wrote at once', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'common' });
        const before = [...db.clock];
        await Promise.all(Array.from({ length: 6 }, (_, n) => db.put({ _id: `d${n}` })));
        const { seen } = await paged(db, 2);
        assert.equal(new Set(seen).size, 7);
        assert.equal((await db.changes(before, { limit: 4 })).rows.length, 4);
        assert.deepEqual(await db.changes(null), await db.changes());
      }));
  });
}

test('options that there are not, and those of other types, are refused everywhere', () =>
  withDatabase({}, async (db) => {
    for (const call of [
      () => db.allDocs({ limt: 1 }),
      () => db.allDocs({ descending: 'yes' }),
      () => db.allDocs({ includeDeleted: 1 }),
      () => db.allDocs({ key: 1 }),
      () => db.allDocs({ keys: 'a' }),
      () => db.allDocs({ keys: [1] }),
      () => db.allDocs({ key: 'a', prefix: 'a' }),
      () => db.allDocs({ range: ['a'] }),
      () => db.allDocs(5),
      () => db.changes([], { offset: 1 }),
      () => db.events({ limt: 1 }),
      () => db.query('n', { prefx: 'a' }),
      () => db.query('n', { includeDocs: 'no' }),
      () => db.query('n', { descending: 1 }),
      () => db.put({}, { save: true }),
      async () => db.subscribe(() => {}, { update: true }),
      async () => db.subscribe(() => {}, { updates: 1 }),
      async () => db.subscribe('no function'),
      async () => db.live('no function'),
      async () => db.liveDoc(5),
    ])
      await rejectsWith(call(), 'invalid-argument', /./);
  }));
