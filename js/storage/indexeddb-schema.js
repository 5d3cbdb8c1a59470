/**
 * The object stores of one database, all with keys given from outside:
 *
 *   record   'record' -> { version, record: Uint8Array, commit: id of the commit that wrote it }
 *            'identity' -> text, random, by which a store differs from a later one of the same name
 *   car, file, blocks, events    row key -> Uint8Array, or { size } when the row is kept in chunks
 *   chunks   [table, row key, index] -> Uint8Array of CHUNK_SIZE bytes, the last one shorter
 */

import { TABLES } from './block-storage.js';

/** Bytes. Rows up to this size are one value; larger ones are cut, so that ranges load only their part. */
export const CHUNK_SIZE = 256 * 1024;

/** Keys in the object store `record`. */
export const RECORD_KEY = 'record';
export const IDENTITY_KEY = 'identity';

/** @returns {string} 128 random bits; `crypto.randomUUID` is missing on pages without https */
export function randomId() {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

/**
 * `MIGRATIONS[n]` brings a database from version n to n + 1, inside its upgrade transaction.
 * @type {((database: import('idb').IDBPDatabase, transaction: import('idb').IDBPTransaction) => void)[]}
 */
const MIGRATIONS = [
  (database, transaction) => {
    for (const name of ['record', 'chunks', ...TABLES]) database.createObjectStore(name);
    transaction.objectStore('record').put(randomId(), IDENTITY_KEY);
  },
];

/** The version that this code reads and writes. */
export const VERSION = MIGRATIONS.length;

/**
 * @param {import('idb').IDBPDatabase} database
 * @param {import('idb').IDBPTransaction} transaction the upgrade transaction
 * @param {number} from the version that the database has
 */
export function migrate(database, transaction, from) {
  for (const step of MIGRATIONS.slice(from)) step(database, transaction);
}
