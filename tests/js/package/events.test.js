import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, rejectsWith, titleOf, withDatabase } from './databases.js';

/** Options of connect.raw for a Map, in which databases of any name find each other. */
const functions = (map) => ({
  upload: (bytes, { type, car }) => void map.set(`${type}/${car}`, bytes),
  download: ({ type, car }) => map.get(`${type}/${car}`),
  poll: 0,
});

/** What every history of 0.24 begins with: an event that writes no document. */
const GENESIS = {
  0.24: [
    {
      cid: 'bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4',
      parents: [],
      keys: [],
    },
  ],
  0.14: [],
};

const KEY = { 0.24: '0f'.repeat(16), 0.14: '0f'.repeat(32) };

for (const kind of KINDS) {
  describe(`events of databases of ${titleOf(kind)}`, () => {
    test('come newest first, with what they descend from and the keys that they name', () =>
      withDatabase(kind, async (db) => {
        assert.deepEqual(await db.events(), { rows: [], clock: [] });
        const { clock: first } = await db.put({ _id: 'a', n: 1 });
        const { clock: second } = await db.del('a');
        const { clock } = await db.put({ _id: 'b', n: 2 });
        const genesis = GENESIS[kind.format];
        const rows = [
          { cid: clock[0], parents: second, keys: ['b'] },
          { cid: second[0], parents: first, keys: ['a'] },
          { cid: first[0], parents: genesis.map(({ cid }) => cid), keys: ['a'] },
          ...genesis,
        ];
        assert.deepEqual(await db.events(), { rows, clock });
        assert.deepEqual(await db.events({ limit: 2 }), { rows: rows.slice(0, 2), clock });
        assert.deepEqual((await db.events({ limit: 0 })).rows, []);
        await rejectsWith(db.events({ limit: -1 }), 'invalid-argument');
      }));
  });
}

for (const format of ['0.24', '0.14']) {
  test(`events of ${format} branch where devices wrote apart, and join at the next write`, () => {
    const options = { format, key: KEY[format] };
    return withDatabase(options, (a) =>
      withDatabase(options, async (b) => {
        const remote = functions(new Map());
        const { clock: base } = await a.put({ _id: 'base' });
        const fromA = connect.raw(a, remote);
        await fromA.synced();
        const fromB = connect.raw(b, remote);
        await fromB.synced();
        await Promise.all([fromA.pause(), fromB.pause()]);
        await a.put({ _id: 'x', by: 'a' });
        const { clock: ofA } = await a.put({ _id: 'y', by: 'a' });
        const { clock: ofB } = await b.put({ _id: 'x', by: 'b' });
        await fromA.resume();
        await fromA.synced();
        await fromB.resume();
        await fromB.synced();

        const { rows, clock } = await b.events();
        assert.deepEqual(clock, [...ofA, ...ofB].sort());
        assert.deepEqual(
          rows.map(({ keys }) => keys.join()),
          ['y', 'x', 'x', 'base', ...GENESIS[format].map(() => '')],
        );
        assert.deepEqual(
          rows.filter(({ parents }) => parents[0] === base[0]).length,
          2,
          'both devices went on from the same event',
        );
        const joined = await b.put({ _id: 'z' });
        const [newest] = (await b.events({ limit: 1 })).rows;
        assert.equal(newest.cid, joined.clock[0]);
        assert.deepEqual([...newest.parents].sort(), clock);
      }),
    );
  });
}
