// Two that filled the same new database before they met, the real package being the first of them or the second.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CASES, stopPeers, withCrew } from './crew.js';
import { fileTag } from './tags.js';

after(stopPeers);

const note = (id, text) => ({ _id: id, text });
const content = new Uint8Array(2000).fill(7);

/** Ids of its own, one that both have, one that it deletes. */
async function fill(device, name) {
  await device.put(note('both', `by ${name}`));
  await device.put(note(`${name}-1`, 'first'));
  await device.put(note(`${name}-1`, 'second'));
  await device.put(note('gone', 'soon'));
  await device.del('gone');
}

const stateOf = ({ docs, deleted, clock }) => ({ docs, deleted, clock });
const idsOf = ({ docs }) => docs.map(({ _id }) => _id).sort();

for (const { title, ...kind } of CASES) {
  test(`${title}: what we filled offline joins what the package published before`, () =>
    withCrew(kind, async ({ ours, peer, reader, options, agree }) => {
      await peer.open(options);
      await fill(peer, 'theirs');
      await peer.publish();
      await ours.open({ ...options, offline: true });
      await fill(ours, 'ours');
      await ours.put({ ...note('photo', 'with a file'), _files: { f: fileTag(content, 'f') } });
      await ours.del('never-there');
      await ours.connect().synced();
      const joined = await agree(ours);
      assert.deepEqual(idsOf(joined), ['both', 'ours-1', 'photo', 'theirs-1']);
      assert.equal((await ours.get('ours-1')).text, 'second');
      if (peer.format === '0.14') {
        assert.deepEqual(
          ours.rebased.map((ids) => ids.sort()),
          [['both', 'gone', 'ours-1', 'photo']],
        );
        assert.equal((await ours.get('both')).text, 'by ours');
        assert.equal(await ours.key(), await peer.key());
      } else {
        assert.deepEqual(ours.rebased, []);
      }
      await reader.open(options);
      await agree(reader);
      await peer.pull();
      await agree(peer);
      for (const device of [reader, peer]) {
        const file = await device.file('photo', '_files', 'f');
        assert.deepEqual(new Uint8Array(Buffer.from(file.base64, 'base64')), content);
      }
      await peer.put(note('theirs-1', 'third'));
      await peer.publish();
      await ours.pull();
      await agree(ours);
      assert.deepEqual([...peer.problems, ...reader.problems], []);
    }));

  test(`${title}: the package that comes second reads and extends what we filled offline`, () =>
    withCrew(kind, async ({ ours, peer, options, agree }) => {
      await ours.open({ ...options, offline: true });
      await fill(ours, 'ours');
      await ours.connect().synced();
      await peer.open(options);
      await agree(peer);
      await fill(peer, 'theirs');
      await peer.publish();
      await ours.pull();
      assert.deepEqual(idsOf(await agree(ours)), ['both', 'ours-1', 'theirs-1']);
      assert.deepEqual(ours.rebased, []);
    }));

  test(`${title}: the package that filled it offline and comes second harms nothing`, (t) =>
    withCrew(kind, async ({ ours, peer, reader, options, agree }) => {
      await peer.open({ ...options, offline: true });
      await fill(peer, 'theirs');
      await ours.open({ ...options, offline: true });
      await fill(ours, 'ours');
      await ours.connect().synced();
      if (peer.format === '0.24') {
        await peer.open(options);
        await peer.publish();
        await ours.pull();
        assert.deepEqual(idsOf(await agree(ours)), ['both', 'ours-1', 'theirs-1']);
        await agree(peer);
      } else {
        // It may fail or never end: two histories or two keys are more than it can take.
        await peer.attach(5).then(
          () => t.diagnostic('the package attached'),
          (error) => t.diagnostic(`the package: ${error.message}`),
        );
        await peer.stop();
        await ours.pull();
        assert.deepEqual(idsOf(await agree(ours)), ['both', 'ours-1']);
      }
      await reader.open(options);
      await agree(reader);
    }));
}

for (const { title, ...kind } of CASES.filter(({ version }) => version.startsWith('0.14'))) {
  test(`${title}: a header that the package puts over ours at the same moment costs us nothing`, () =>
    withCrew(kind, async ({ ours, peer, reader, options, agree }) => {
      await peer.open(options); // the remote is empty
      await fill(peer, 'theirs');
      await ours.open({ ...options, offline: true });
      await fill(ours, 'ours');
      const connection = ours.connect();
      await connection.refresh();
      await peer.publish();
      await connection.synced();
      const ids = idsOf(await agree(ours));
      // Who gives way is decided by the first events; the package never does.
      const rebased = ours.rebased.length === 1;
      assert.deepEqual(ids, rebased ? ['both', 'ours-1', 'theirs-1'] : ['both', 'ours-1']);
      await reader.open(options);
      await agree(reader);
    }));
}

const [encrypted] = CASES.filter(
  ({ version, isPublic }) => version.startsWith('0.24') && !isPublic,
);
test(`${encrypted.title}: a key of our own keeps us out until we are opened with the package's`, () =>
  withCrew(encrypted, async ({ ours, peer, reader, options, agree, judged }) => {
    await peer.open(options);
    await fill(peer, 'theirs');
    await peer.publish();
    const before = stateOf(judged());
    await ours.open({ ...options, key: null, offline: true });
    await fill(ours, 'ours');
    const refused = ours.connect();
    await assert.rejects(refused.refresh(), { code: 'key-missing' });
    assert.equal(refused.status.safe, false);
    assert.deepEqual(stateOf(judged()), before);
    await ours.reopen({ key: options.key });
    await ours.connect().synced();
    assert.deepEqual(idsOf(await agree(ours)), ['both', 'ours-1', 'theirs-1']);
    await reader.open(options);
    await agree(reader);
    await peer.pull();
    await agree(peer);
  }));
