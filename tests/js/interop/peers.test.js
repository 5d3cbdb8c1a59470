// The real packages by themselves, as the other tests here rely on them, with the defects that those have to avoid.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CASES, stopPeers, withCrew } from './crew.js';
import { PEER_VERSIONS, Peer } from './peers/peer.js';
import { RemoteDirectory } from './remote-directory.js';

after(stopPeers);

for (const { title, ...kind } of CASES) {
  test(`${title}: two devices of the package and the judge come to the same`, () =>
    withCrew(kind, async ({ peer, reader, options, agree }) => {
      await peer.open(options);
      await peer.bulk([{ _id: 'a' }, { _id: 'b' }, { _id: 'c', n: 1n << 60n }]);
      await peer.publish();
      await reader.open(options);
      await agree(reader);
      await peer.put({ _id: 'a', by: 'peer' });
      await peer.del('b');
      await reader.put({ _id: 'a', by: 'reader' });
      for (const device of [peer, reader, peer, reader]) {
        await device.pull();
        await device.publish();
      }
      assert.equal((await agree(peer)).clock.length, 2);
      await agree(reader);
    }));
}

const folder = mkdtempSync(join(tmpdir(), 'fireproof-peers-'));
after(() => rmSync(folder, { recursive: true }));

const homes = (version) =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`fireproof-${version}-`));

for (const version of PEER_VERSIONS) {
  test(`${version}: a stopped peer leaves no process and no files`, async () => {
    const before = homes(version).length;
    const peer = new Peer(version);
    await peer.open({ database: 'stopped', remote: join(folder, version), public: true });
    await peer.put({ _id: 'a' });
    const { pid } = peer;
    assert.equal(homes(version).length, before + 1);
    await peer.stop();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.equal(homes(version).length, before);
    await assert.rejects(peer.put({ _id: 'b' }), /not running/);
  });
}

test('0.14: unrelated histories never merge; the process is ended, and open() starts another', async () => {
  const [peer, other] = [new Peer('0.14.9'), new Peer('0.14.2')];
  const options = { database: 'unrelated', remote: join(folder, 'unrelated'), public: true };
  try {
    for (const device of [peer, other]) await device.open(options);
    await peer.put({ _id: 'first of one' });
    await other.put({ _id: 'first of the other' });
    await peer.publish();
    await assert.rejects(other.call('pull', {}, 3), { timeout: true });
    assert.equal(other.pid, null);
    await other.open(options);
    assert.equal((await other.allDocs()).docs.length, 1);
  } finally {
    await Promise.all([peer.stop(), other.stop()]);
  }
});

test('0.24: a meta list is read up to the first entry whose CAR is missing', async () => {
  const peers = [0, 1, 2].map(() => new Peer('0.24.19'));
  const options = { database: 'list', remote: join(folder, 'list'), public: true };
  const nowhere = { ...options, remote: join(folder, 'nowhere') };
  const entriesOf = ({ remote, database }) =>
    new RemoteDirectory(remote, { format: '0.24', database }).readMetaList();
  const idsWith = async (peer, metaList) => {
    await peer.open({ ...options, metaList });
    return (await peer.allDocs()).docs.map(({ _id }) => _id);
  };
  try {
    const [writer, ...readers] = peers;
    await writer.open(options);
    await writer.put({ _id: 'a' });
    await writer.publish();
    await writer.open({ ...nowhere, database: 'other' });
    await writer.put({ _id: 'b' });
    await writer.publish();
    const good = entriesOf(options);
    const missing = entriesOf({ ...nowhere, database: 'other' }).at(-1);
    assert.deepEqual(await idsWith(readers[0], [...good, missing]), ['a']);
    assert.deepEqual(await idsWith(readers[1], [missing, ...good]), []);
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
  }
});
