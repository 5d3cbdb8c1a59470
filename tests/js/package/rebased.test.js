// Two devices that fill the same new 0.14 database before they see a remote: the second one takes the first one's history.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, rejectsWith, titleOf } from './databases.js';
import { attach, settle, textIn, withDevices, withReplica } from './devices.js';

/** What the events `rebased` of a database have told. */
function listen(db) {
  const told = [];
  db.addEventListener('rebased', ({ detail }) => told.push(detail));
  return told;
}

async function fill(db, device) {
  await db.put({ _id: 'both', by: device });
  await db.put({ _id: `of ${device}`, n: 1, _files: { f: new Uint8Array(500).fill(7) } });
  await db.put({ _id: `of ${device}`, n: 2, _files: (await db.get(`of ${device}`))._files });
  await db.bulk([{ _id: 'gone', by: device }, { _id: `${device} 3` }]);
  await db.del('gone');
}

for (const kind of KINDS.filter(({ format }) => format === '0.14')) {
  test(`rebased, ${titleOf(kind)}: who comes second is told which documents were written anew, and both converge`, () =>
    withReplica((replica) =>
      withDevices(kind, async (devices) => {
        const [a, b] = [devices.open('a'), devices.open('b')];
        const told = [listen(a), listen(b)];
        await Promise.all([fill(a, 'a'), fill(b, 'b')]);
        await b.del('never there');
        const fromA = attach(a, replica);
        await fromA.synced();
        const fromB = attach(b, replica);
        await fromB.synced();

        // A delete of an id that the remote never had is dropped; it has 'gone'.
        const [{ ids }] = told[1];
        assert.deepEqual([...ids].sort(), ['b 3', 'both', 'gone', 'of b']);
        assert.deepEqual(Object.keys(told[1][0]), ['ids']);
        assert.deepEqual([told[0].length, told[1].length], [0, 1]);

        await settle([fromA, fromB]);
        assert.equal(await textIn(a), await textIn(b));
        assert.deepEqual(a.clock, b.clock);
        const { rows } = await a.allDocs();
        const found = rows.map(({ key }) => key);
        assert.deepEqual(found, ['a 3', 'b 3', 'both', 'of a', 'of b']);
        assert.equal((await a.get('both')).by, 'b', 'what is here wins');
        assert.equal((await a.get('of b')).n, 2);
        assert.equal((await (await a.get('of b'))._files.f.file()).size, 500);
        await rejectsWith(a.get('gone'), 'not-found');
        if (!kind.public) assert.deepEqual(await a.exportKey(), await b.exportKey());

        // It goes on from there, and nothing is rebased again.
        await b.put({ _id: 'both', by: 'b again' });
        await settle([fromB, fromA]);
        assert.equal((await a.get('both')).by, 'b again');
        const reader = (db) => attach(db, replica);
        assert.equal(await devices.seenBy(reader), await textIn(b));
        assert.deepEqual([told[0].length, told[1].length], [0, 1]);
      }),
    ));
}
