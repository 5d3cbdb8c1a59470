// A snapshot is a remote like any other: the real packages read it, and go on from it.
import { connect, fireproof, snapshot } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { startPlainHost } from '../snapshot/plain-host.js';
import { CASES, stopPeers, withCrew } from './crew.js';

after(stopPeers);

const CONTENT = Buffer.from('the content of an attachment');

async function writeSnapshot(db, folder, options) {
  const made = await snapshot(db, options);
  for (const { path, bytes } of made.files) {
    const place = join(folder, decodeURIComponent(path));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
  return made;
}

async function fill(db) {
  for (let n = 0; n < 5; n++) await db.put({ _id: `note-${n}`, n });
  await db.bulk([
    { _id: 'note-1', n: 'changed' },
    { _id: 'note-2', _deleted: true },
  ]);
  await db.put({ _id: 'attached', _files: { 'a.txt': CONTENT } });
}

for (const { title, ...kind } of CASES) {
  test(`${title}: a snapshot of ours is read and extended by the package, and read from a link`, () =>
    withCrew(kind, async ({ peer, reader, options, agree, judged }) => {
      const { database, remote, key, public: isPublic } = options;
      const { format } = peer;
      const own = { format, public: isPublic, key: key ?? undefined, storage: 'memory' };
      const db = fireproof(database, own);
      const host = await startPlainHost(remote);
      try {
        await fill(db);
        const { root } = await writeSnapshot(db, remote);
        await peer.open(options);
        await agree(peer);
        const { base64 } = await peer.file('attached', '_files', 'a.txt');
        assert.deepEqual(Buffer.from(base64, 'base64'), CONTENT);
        await peer.put({ _id: 'theirs', n: 1 });
        await peer.publish();
        await reader.open(options);
        await agree(reader);

        const secret = (await db.exportKey())?.hex;
        const link = { url: host.url, car: root, key: secret, name: database };
        const linked = fireproof(`link to ${database}`, { ...own, snapshot: link });
        assert.deepEqual((await linked.allDocs()).rows.length, judged().docs.length - 1);
        await linked.destroy();
      } finally {
        await host.stop();
        await db.destroy();
      }
    }));

  test(`${title}: a snapshot of what the package wrote, and of what was written since`, () =>
    withCrew(kind, async ({ peer, reader, options, agree }) => {
      const { database, remote, key, public: isPublic } = options;
      await peer.open(options);
      for (let n = 0; n < 5; n++) await peer.put({ _id: `note-${n}`, n });
      await peer.publish();
      const host = await startPlainHost(remote);
      const own = { format: peer.format, public: isPublic, key: key ?? undefined };
      const db = fireproof(database, { ...own, storage: 'memory' });
      try {
        const connection = connect.static(db, { url: host.url, poll: 0 });
        await connection.loaded;
        await connection.close();
        await writeSnapshot(db, remote);
        await reader.open(options);
        await agree(reader);
        await db.put({ _id: 'later', n: 6 });
        await writeSnapshot(db, remote, { compact: false });
        await reader.pull();
        await agree(reader);
      } finally {
        await host.stop();
        await db.destroy();
      }
    }));
}
