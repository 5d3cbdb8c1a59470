import { isEnvelope } from '../../interop/cars.js';
import { MemoryStorage } from '../../storage/memory.js';
import { readMetas } from '../replica/metas.js';
import { databaseConnector } from './database-connector.js';

let copies = 0;

/** The package is loaded only by the commands that need its engine. */
const loadPackage = () => import('../../node.js');

/**
 * Works with a database that is opened from a place: a local store as it is; a remote as a copy in memory, which has pulled
 * everything.
 *
 * @template T
 * @param {import('./place.js').Place} place
 * @param {(opened: { db: import('../../database/database.js').Database,
 *   connection: import('../../database/connection.js').Connection | null }) => Promise<T>} work
 * @param {{ writes?: boolean, isPublic?: boolean, onProgress?: (detail: object) => void }} [options] `writes`: what is written
 *   goes to the remote; `isPublic`: of a database that is not there yet
 * @returns {Promise<T>}
 * @throws {import('../../errors.js').ReplicationError}
 */
export async function withOpened(place, work, { writes = false, isPublic, onProgress } = {}) {
  const { fireproof, connect } = await loadPackage();
  const { database, format, keys, store, connector } = place;
  const options = { format, key: keys[0] };
  if (store !== null) {
    const storage = { type: 'file', dir: store };
    const kept = await openStore(fireproof, database, { ...options, storage, public: isPublic });
    return work({ db: kept, connection: null }).finally(() => kept.close());
  }
  const seen = await isPublicAt(place);
  // Two places may have a database of the same name.
  const storage = new MemoryStorage({ name: `copy ${(copies += 1)}`, format });
  const db = fireproof(database, {
    ...options,
    storage,
    public: seen ?? isPublic ?? false,
  });
  try {
    const connection = connect(db, connector, { mode: writes ? 'sync' : 'pull', poll: 0 });
    if (onProgress) connection.addEventListener('progress', ({ detail }) => onProgress(detail));
    await connection.pull();
    return await work({ db, connection });
  } finally {
    await db.destroy();
  }
}

/** A connector to what a place holds. */
export async function withConnector(place, work) {
  if (place.connector) return work(place.connector);
  return withOpened(place, ({ db }) => work(databaseConnector(db)));
}

/** Whether a store is public, nobody knows before it is open. */
async function openStore(fireproof, database, options) {
  const tries = options.public === undefined ? [false, true] : [options.public];
  for (const [index, isPublic] of tries.entries()) {
    const db = fireproof(database, { ...options, public: isPublic });
    try {
      await db.ready;
      return db;
    } catch (error) {
      await db.close().catch(() => {});
      if (error.code !== 'invalid-argument' || index === tries.length - 1) throw error;
    }
  }
  return undefined;
}

/** Whether the database of a remote is public; null: there is none. */
async function isPublicAt({ connector, format }) {
  const answer = await connector.getMeta({});
  if (answer.status !== 'found') return null;
  const { groups, keys } = readMetas(answer.metas, format);
  if (format === '0.14') return keys.length === 0;
  for (const [cid] of groups) {
    const bytes = await connector.getCar({ kind: 'data', cid });
    if (bytes) return !isEnvelope(bytes);
  }
  return null;
}
