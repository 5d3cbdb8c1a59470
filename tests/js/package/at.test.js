import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, rejectsWith, reopened, titleOf, withDatabase } from './databases.js';

const UNKNOWN = 'bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4';

for (const kind of KINDS) {
  describe(`earlier states of databases of ${titleOf(kind)}`, () => {
    test('a view shows the documents of its clock, whatever happens later', () =>
      withDatabase(kind, async (db) => {
        const { clock: first } = await db.bulk([
          { _id: 'a', n: 1 },
          { _id: 'b', n: 2 },
        ]);
        const { clock: second } = await db.put({ _id: 'a', n: 3 });
        await db.del('a');
        await db.put({ _id: 'c', n: 4 });

        const view = db.at(first);
        assert.deepEqual(await view.get('a'), { _id: 'a', n: 1 });
        assert.deepEqual(await view.allDocs(), {
          rows: [
            { key: 'a', value: { _id: 'a', n: 1 } },
            { key: 'b', value: { _id: 'b', n: 2 } },
          ],
          clock: first,
          name: db.name,
        });
        await rejectsWith(view.get('c'), 'not-found');
        assert.deepEqual(await db.at(second).get('a'), { _id: 'a', n: 3 });
        await rejectsWith(db.get('a'), 'not-found');
        assert.deepEqual(await db.at(db.clock).allDocs(), await db.allDocs());
      }));

    test('a view lists and queries with the same options as the database', () =>
      withDatabase(kind, async (db) => {
        const { clock } = await db.bulk(
          Array.from({ length: 10 }, (_, n) => ({ _id: `d${n}`, n: 9 - n })),
        );
        await db.bulk([
          { _id: 'd3', _deleted: true },
          { _id: 'd99', n: 3 },
        ]);
        const view = db.at(clock);
        const { rows } = await view.allDocs({ limit: 2, descending: true });
        assert.deepEqual(
          rows.map(({ key }) => key),
          ['d9', 'd8'],
        );
        const options = { range: [5, 6], includeDocs: true };
        for (const time of ['first', 'second']) {
          const d4 = { _id: 'd4', n: 5 };
          const d3 = { _id: 'd3', n: 6 };
          assert.deepEqual(
            await view.query('n', options),
            {
              rows: [
                { id: 'd4', key: 5, value: null, doc: d4 },
                { id: 'd3', key: 6, value: null, doc: d3 },
              ],
              docs: [d4, d3],
            },
            time,
          );
        }
        assert.deepEqual((await db.query('n', { key: 6 })).rows, []);
      }));

    test('a CAR stands for the head in its header', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'a', n: 1 });
        const [[car]] = (await db.inspect()).cars;
        await db.put({ _id: 'a', n: 2 });
        assert.deepEqual(await db.at(car).get('a'), { _id: 'a', n: 1 });
      }));

    test('the empty clock is the state before the first document', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'a' });
        assert.deepEqual(await db.at([]).allDocs(), { rows: [], clock: [], name: db.name });
        await rejectsWith(db.at([]).get('a'), 'not-found');
      }));

    test('earlier states are there after reopening', () =>
      withDatabase(kind, async (db) => {
        const { clock } = await db.put({ _id: 'a', n: 1 });
        await db.put({ _id: 'a', n: 2 });
        const again = await reopened(db, kind);
        assert.deepEqual(await again.at(clock).get('a'), { _id: 'a', n: 1 });
        await again.destroy();
      }));
  });
}

test('a clock or CAR that is not known is refused', () =>
  withDatabase({ public: true, format: '0.14' }, async (db) => {
    await db.put({ _id: 'a' });
    await rejectsWith(db.at([UNKNOWN]).get('a'), 'invalid-argument');
    await rejectsWith(db.at(UNKNOWN).allDocs(), 'invalid-argument');
    await rejectsWith(db.at(['no CID']).allDocs(), 'invalid-argument');
    for (const at of [undefined, null, 5, {}, [5]])
      assert.throws(() => db.at(at), { code: 'invalid-argument' });
  }));

test('a view cannot write', () =>
  withDatabase({}, async (db) => {
    const view = db.at(db.clock);
    for (const method of ['put', 'bulk', 'del', 'compact']) assert.equal(view[method], undefined);
  }));
