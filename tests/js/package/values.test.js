import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, rejectsWith, reopened, titleOf, withDatabase } from './databases.js';

const LINK = { '/': 'bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4' };

/** Values that are read as they were written, by what they show. */
const VALUES = {
  integers: [0, 1, -1, 23, 24, -24, -25, 255, 256, 65535, 65536, 2 ** 32, 2 ** 53 - 1, 1 - 2 ** 53],
  floats: [0.5, -1.25, 1 / 3, 5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 53), 1e21],
  'large BigInts': [2n ** 53n, -(2n ** 53n), 2n ** 63n, 2n ** 64n - 1n, -(2n ** 64n)],
  texts: ['', 'plain', 'ü 漢字 🚀', 'a\0b', '"\\\n', 'x'.repeat(100_000)],
  bytes: [new Uint8Array(), new Uint8Array([0, 127, 255]), new Uint8Array(70_000).fill(5)],
  'null and booleans': [null, true, false],
  'lists and maps': [[], {}, [[[]]], { '': { a: [] } }, { ü: 1, 'a b': 2, zz: 3, b: 4 }],
  links: [LINK, [LINK], { a: LINK }],
  'members that only look like links': [{ '/': 'no CID' }, { '/': 5 }, { ...LINK, more: 1 }],
};

for (const kind of KINDS) {
  describe(`values in databases of ${titleOf(kind)}`, () => {
    for (const [what, values] of Object.entries(VALUES)) {
      test(`${what} are read as they were written, also from the store`, () =>
        withDatabase(kind, async (db) => {
          const document = { _id: 'x', values, _kept: values };
          await db.put(document);
          assert.deepEqual(await db.get('x'), document);
          const again = await reopened(db, kind);
          assert.deepEqual(await again.get('x'), document);
          await again.destroy();
        }));
    }

    test('what is not told apart is read in one form', () =>
      withDatabase(kind, async (db) => {
        const lone = 'a\ud800b';
        await db.put({ _id: 'x', minusZero: -0, small: 5n, lone, buffer: Buffer.from('ab') });
        const read = await db.get('x');
        assert.ok(Object.is(read.minusZero, 0));
        assert.equal(read.small, 5);
        assert.equal(read.lone, 'a\ufffdb');
        assert.deepEqual(read.buffer, new Uint8Array([97, 98]));
      }));

    test('writing what was read stores the same value again', () =>
      withDatabase(kind, async (db) => {
        await db.put({ _id: 'x', ...VALUES });
        const read = await db.get('x');
        await db.put(read);
        assert.deepEqual(await db.get('x'), read);
        assert.equal((await db.changes()).rows.length, 1);
      }));

    for (const [what, value] of [
      ['Infinity', Infinity],
      ['a function', () => 1],
      ['a symbol', Symbol('s')],
      ['undefined in a list', [undefined]],
      ['a BigInt beyond 64 bits', 2n ** 64n],
    ]) {
      test(`${what} is refused, naming the document and the member`, () =>
        withDatabase(kind, async (db) => {
          const refused = db.put({ _id: 'x', a: { b: [1, 2, value] } });
          await rejectsWith(refused, 'invalid-document', /document "x": member "a\.b\[2\]/);
          await rejectsWith(db.get('x'), 'not-found');
        }));
    }
  });
}

for (const isPublic of [false, true]) {
  const kind = { format: '0.24', public: isPublic };
  test(`0.24 cleans up what it has no value for, ${titleOf(kind)}`, () =>
    withDatabase(kind, async (db) => {
      await db.put({
        _id: 'x',
        gone: undefined,
        nan: NaN,
        date: new Date(0),
        map: new Map([['a', 1]]),
        inner: [{ gone: undefined, kept: 1 }],
      });
      assert.deepEqual(await db.get('x'), {
        _id: 'x',
        date: '1970-01-01T00:00:00.000Z',
        map: {},
        inner: [{ kept: 1 }],
      });
    }));
}

test('0.14 refuses what it has no value for', () =>
  withDatabase({ format: '0.14' }, async (db) => {
    for (const value of [undefined, NaN, new Date(0), new Set(), /a/])
      await rejectsWith(db.put({ _id: 'x', value }), 'invalid-document', /"x": member "value"/);
    assert.deepEqual((await db.allDocs()).rows, []);
  }));
