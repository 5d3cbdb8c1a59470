import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { difference } from './compare.js';
import { CASES, stopPeers, withCrew } from './crew.js';
import { valueDocuments } from './values.js';

after(stopPeers);

const note = (n, text = 'note') => ({ _id: `note-${n}`, n, text });

/** A history with every kind of write. */
async function writeHistory(device) {
  for (let n = 0; n < 5; n++) await device.put(note(n));
  await device.put(note(1, 'changed'));
  await device.put(note(1, 'changed')); // nothing new
  await device.del('note-2');
  await device.del('note-3');
  await device.put(note(3, 'back again'));
  await device.del('never-there');
  await device.bulk([note(4, 'in bulk'), note(5), note(6), note(7)]);
}

for (const { title, ...kind } of CASES) {
  test(`${title}: what we wrote is read, extended and read back`, () =>
    withCrew(kind, async ({ ours, peer, reader, options, agree }) => {
      await ours.open(options);
      await writeHistory(ours);
      await ours.publish();
      const first = await agree(ours);
      assert.equal(first.docs.length, 7);
      assert.deepEqual(first.deleted, ['never-there', 'note-2']);
      await peer.open(options);
      await agree(peer);
      for (const doc of first.docs) assert.deepEqual(await peer.get(doc._id), doc);
      await assert.rejects(peer.get('note-2'), /not found/i);
      const changed = (await peer.changes()).map(({ key }) => key).sort();
      const ids = [...first.docs.map(({ _id }) => _id), ...first.deleted].sort();
      assert.deepEqual(changed, ids);
      assert.equal(await peer.key(), await ours.key());

      await peer.put(note(8, 'theirs'));
      await peer.put(note(0, 'theirs'));
      await peer.del('note-1');
      await peer.bulk([note(9, 'theirs'), note(3, 'theirs')]);
      await peer.publish();
      await ours.pull();
      const second = await agree(ours);
      assert.equal(second.docs.length, 8);

      await ours.put(note(8, 'ours again'));
      await ours.del('note-9');
      await ours.publish();
      await peer.pull();
      await agree(peer);
      await reader.open(options);
      await agree(reader);
      assert.deepEqual([...peer.problems, ...reader.problems], []);
    }));

  test(`${title}: what they wrote is read and extended by us, and read back`, () =>
    withCrew(kind, async ({ ours, peer, options, agree }) => {
      await peer.open(options);
      await writeHistory(peer);
      await peer.publish();
      await ours.open(options);
      await agree(ours);
      await ours.bulk([note(0, 'ours'), note(10), { _id: 'note-4', _deleted: true }]);
      await ours.publish();
      await peer.pull();
      const { docs, deleted } = await agree(peer);
      assert.equal(docs.length, 7);
      assert.deepEqual(deleted, ['never-there', 'note-2', 'note-4']);
    }));

  test(`${title}: every value and every awkward id survives the trip both ways`, () =>
    withCrew(kind, async ({ ours, peer, options, agree }) => {
      const docs = valueDocuments(peer.format);
      const half = Math.floor(docs.length / 2);
      await ours.open(options);
      for (const doc of docs.slice(0, half)) await ours.put(doc);
      await ours.bulk(docs.slice(half));
      await ours.publish();
      await peer.open(options);
      await agree(peer);
      assert.equal(difference(await peer.allDocs(), { docs, deleted: [] }), null);
      for (const doc of docs) await peer.put({ ...doc, again: true });
      await peer.publish();
      await ours.pull();
      await agree(ours);
      const again = docs.map((doc) => ({ ...doc, again: true }));
      assert.equal(difference(await ours.allDocs(), { docs: again, deleted: [] }), null);
    }));

  test(`${title}: after a fork, the next event of either has the same root and the same parents`, () =>
    withCrew(kind, async ({ ours, peer, options, agree, judged }) => {
      await ours.open(options);
      await ours.bulk([note(1), note(2), note(3)]);
      await ours.publish();
      await peer.open(options);
      await ours.put(note(1, 'ours'));
      await ours.del('note-2');
      await peer.put(note(1, 'theirs'));
      await peer.put(note(2, 'theirs'));
      await ours.publish();
      await peer.pull();
      await peer.publish();
      await ours.pull();
      assert.equal((await agree(ours)).clock.length, 2);
      await agree(peer);
      const [mine, theirs] = [await ours.put(note(4)), await peer.put(note(4))];
      await ours.publish();
      await peer.pull();
      await peer.publish();
      // In 0.14 the parents are in the order of the writer's head, and the CIDs may differ.
      const { eventOf } = judged();
      const events = [mine, theirs].map(({ clock }) => eventOf(clock[0]));
      for (const event of events) event.parents.sort();
      assert.deepEqual(events[0], events[1]);
      if (peer.format === '0.24') assert.deepEqual(mine.clock, theirs.clock);
    }));

  test(`${title}: our compaction is read by a new device and compacted by the package`, () =>
    withCrew(kind, async ({ ours, peer, reader, options, agree }) => {
      await ours.open(options);
      await writeHistory(ours);
      await ours.compact();
      await ours.publish();
      assert.equal((await ours.log()).length, 1);
      await peer.open(options);
      await agree(peer);
      await peer.put(note(20, 'theirs'));
      await peer.compact();
      assert.equal((await peer.log()).length, 1);
      await peer.put(note(21, 'theirs'));
      await peer.publish();
      await ours.pull();
      await agree(ours);
      await ours.compact();
      await ours.put(note(22));
      await ours.publish();
      await reader.open(options);
      await agree(reader);
    }));
}
