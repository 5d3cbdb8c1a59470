import assert from 'node:assert/strict';
import { attach, textIn, withDevices } from '../package/devices.js';

/** What devices are tried with. */
export const KINDS = [
  { format: '0.24', public: false },
  { format: '0.14', public: false },
];

export const titleOf = ({ format, public: isPublic }) =>
  `${format}, ${isPublic ? 'public' : 'encrypted'}`;

/**
 * Two devices write in turn through a remote, attachments too; each has what the other wrote, and so has a new one.
 *
 * @param {object} kind
 * @param {string} url
 * @returns {Promise<string[]>} what the devices made of its conditions
 */
export async function exchange(kind, url) {
  let conditions;
  await withDevices(kind, async (devices) => {
    const dbs = [devices.open('a'), devices.open('b')];
    await dbs[0].put({ _id: 'first', text: 'first '.repeat(200) });
    const connections = [attach(dbs[0], { url })];
    await connections[0].synced();
    connections.push(attach(dbs[1], { url }));
    await connections[1].loaded;
    for (let n = 0; n < 6; n++) {
      const db = dbs[n % 2];
      await db.put({ _id: `${n}`, text: 'text '.repeat(100), n });
      if (n < 2) await db.put({ _id: `file ${n}`, _files: { f: new Uint8Array(5000).fill(n) } });
      await connections[n % 2].synced();
      await connections[1 - (n % 2)].synced();
    }
    for (const connection of connections) {
      await connection.synced();
      assert.equal(connection.status.safe, true);
      assert.equal(connection.status.lastError, null);
    }
    const texts = [await textIn(dbs[0]), await textIn(dbs[1])];
    assert.equal(texts[0], texts[1]);
    assert.equal(await devices.seenBy((db) => attach(db, { url })), texts[0]);
    const reader = devices.open('late');
    await attach(reader, { url }).loaded;
    const { _files } = await reader.get('file 0');
    assert.equal((await _files.f.file()).size, 5000);
    conditions = connections.map(({ status }) => status.conditional);
  });
  return conditions;
}
