import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, titleOf, withDatabase } from './databases.js';

const idsOf = (documents) => documents.map(({ _id }) => _id);

/** What a subscription hears; `count(n)` resolves when it has heard `n` changes. */
function listenTo(db, options) {
  const heard = [];
  let wanted;
  const end = db.subscribe((documents) => {
    heard.push(documents);
    if (heard.length === wanted?.calls) wanted.resolve();
  }, options);
  const count = (calls) =>
    new Promise((resolve) => {
      if (heard.length >= calls) resolve();
      else wanted = { calls, resolve };
    });
  return { heard, count, end };
}

for (const kind of KINDS) {
  describe(`subscriptions to databases of ${titleOf(kind)}`, () => {
    test('each commit is told once, in order, with the documents that it changed', () =>
      withDatabase(kind, async (db) => {
        const { heard, count } = listenTo(db);
        await db.put({ _id: 'a', n: 1 });
        await db.bulk([{ _id: 'b' }, { _id: 'c' }]);
        await Promise.all([db.put({ _id: 'a', n: 2 }), db.put({ _id: 'd' }), db.del('b')]);
        await count(5);
        assert.deepEqual(heard.map(idsOf), [['a'], ['b', 'c'], ['a'], ['d'], ['b']]);
        assert.deepEqual(heard[0], [{ _id: 'a', n: 1 }]);
        assert.deepEqual(heard[2], [{ _id: 'a', n: 2 }]);
        assert.deepEqual(heard[4], [{ _id: 'b', _deleted: true }]);
      }));

    test('documents are those of the change, not of later ones', () =>
      withDatabase(kind, async (db) => {
        const { heard, count } = listenTo(db);
        await Promise.all(Array.from({ length: 10 }, (_, n) => db.put({ _id: 'a', n })));
        await count(10);
        assert.deepEqual(
          heard.map(([{ n }]) => n),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        );
      }));

    test('without updates there are no documents; after its end a subscription hears nothing', () =>
      withDatabase(kind, async (db) => {
        const silent = listenTo(db, { updates: false });
        const ended = listenTo(db);
        const all = listenTo(db);
        await db.put({ _id: 'a' });
        await Promise.all([ended.count(1), all.count(1)]);
        ended.end();
        await db.put({ _id: 'b' });
        await all.count(2);
        assert.deepEqual(silent.heard, [[], []]);
        assert.deepEqual(ended.heard.map(idsOf), [['a']]);
      }));

    test('who subscribes later hears only of what comes then', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'a' });
        const { heard, count } = listenTo(db);
        await db.put({ _id: 'b' });
        await count(1);
        assert.deepEqual(heard.map(idsOf), [['b']]);
      }));
  });
}

test('the clock of the database is that of the change when a write resolves', () =>
  withDatabase({}, async (db) => {
    const clocks = [];
    db.addEventListener('change', ({ detail }) => clocks.push(detail.clock));
    for (const _id of ['a', 'b']) {
      const { clock } = await db.put({ _id });
      assert.deepEqual([...db.clock], clock);
      assert.deepEqual(clocks.at(-1), clock);
    }
    assert.equal(clocks.length, 2);
  }));
