import { takeOver } from '../../import/import-fireproof.js';
import { MemoryStorage } from '../../storage/memory.js';
import { refuse } from '../places/place.js';

/**
 * Puts what the JavaScript package keeps in a folder into a place: documents with their history, attachments and key.
 *
 * @param {import('../../import/package-store.js').PackageStore} store
 * @param {import('../places/place.js').Place} place which has no such database yet
 * @returns {Promise<number>} documents
 * @throws {import('../../errors.js').ReplicationError}
 */
export async function importStore(store, place) {
  const { connect, fireproof } = await import('../../node.js');
  const { database, format, connector, keys } = place;
  if (connector && (await connector.getMeta({})).status === 'found') {
    refuse(`${place.text} has a database "${database}" already: give another --database`);
  }
  const isLocal = place.store !== null;
  const storage = isLocal
    ? { type: 'file', dir: place.store }
    : new MemoryStorage({ name: 'imported', format });
  const source = { ...store, key: keys[0] ?? store.key };
  const db = await takeOver(fireproof, source, { as: database, storage });
  try {
    if (connector) await connect(db, connector, { poll: 0 }).push();
    return (await db.allDocs()).rows.length;
  } finally {
    await db.close();
  }
}
