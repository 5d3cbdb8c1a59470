import { pullAll } from '../backup/pull-all.js';
import { ReplicationError } from '../errors.js';
import { openingOf, storeConnector } from './package-store.js';
import { indexedDbStore } from './indexeddb-store.js';

/**
 * Makes `importFireproof` of a platform.
 *
 * @param {(name: string, options: object) => import('../database/database.js').Database} fireproof
 */
export function importWith(fireproof) {
  /**
   * Takes over what the JavaScript package keeps in this browser of a database of this origin, which is not changed: documents
   * with their history, attachments, key. Close it in the package before. The result goes on replicating as the original.
   *
   * @param {string} name as the application gave it to the package
   * @param {{ as?: string, format?: '0.24' | '0.14', key?: string, storage?: any, worker?: boolean }} [options] `as`: name of
   *   the database here, by default the same; `format`: by default whichever is there; `key`: where the package's key bag
   *   lacks it
   * @returns {Promise<import('../database/database.js').Database>} once everything is stored
   * @throws {ReplicationError} `not-found` if there is none, `unsupported-format`, `key-missing`, `invalid-argument` if the
   *   database here has documents already
   */
  return async function importFireproof(name, { as = name, format, key, ...options } = {}) {
    if (typeof name !== 'string' || name === '') {
      throw new ReplicationError('invalid-argument', 'a database needs a name');
    }
    if (globalThis.indexedDB === undefined) {
      const message = 'there is no IndexedDB here; `fireproof-wasm import` reads stores in folders';
      throw new ReplicationError('invalid-argument', message);
    }
    const store = await indexedDbStore(name, format);
    try {
      return await takeOver(fireproof, { ...store, key: key ?? store.key }, { as, ...options });
    } finally {
      store.close();
    }
  };
}

/**
 * Makes a database of a store of the package.
 *
 * @param {Function} fireproof
 * @param {import('./package-store.js').PackageStore} store
 * @param {{ as: string }} options and those of `fireproof()`
 * @returns {Promise<import('../database/database.js').Database>}
 */
export async function takeOver(fireproof, store, { as, ...options }) {
  const opening = await openingOf(store);
  if (!opening.public && !opening.key) {
    const message = `${store.where} is encrypted, and its key is not where it should be: give \`key\``;
    throw new ReplicationError('key-missing', message);
  }
  const db = fireproof(as, { ...options, ...opening });
  try {
    await pullAll(db, storeConnector(store));
    return db;
  } catch (error) {
    await db.close().catch(() => {});
    throw error;
  }
}
