/**
 * The contract between the engine and the place where a database lives on this device.
 *
 * A store holds one small mutable *record* with a version, and *rows*: immutable byte strings in four
 * tables, keyed by CAR CID text. The engine keeps everything that changes (heads, logs, queue, keys) in
 * the record, so that a single compare-and-set on it decides what happened.
 *
 * What every implementation guarantees
 * - Atomic: a commit happens entirely or not at all, whatever stops it: a crash, a full disk, a lost
 *   race. Readers see all of its rows as soon as they see its record.
 * - Durable: when `commit` resolves, the commit survives the end of the process, the page and the
 *   browser. Loss of power is covered by `durability: 'strict'` of files and IndexedDB; the memory
 *   store lives as long as the process.
 * - Compare-and-set: of several commits made on the same version, in one or in several processes or
 *   tabs, exactly one resolves true. Versions are never used twice during the life of a store.
 * - Ownership: bytes given are copied or written before the promise settles; bytes returned are the
 *   caller's own.
 * - Errors are ReplicationErrors: `quota-exceeded` (no room, nothing was changed), `storage-lost` (the
 *   store vanished or the medium fails), `closed` (this instance was closed, or the store destroyed),
 *   `invalid-argument` (the request itself is malformed).
 *
 * @typedef {'car' | 'file' | 'blocks' | 'events'} Table
 *   car: data CARs; file: attachment CARs; blocks: index rows, block CID to place in a CAR;
 *   events: index rows of the merkle clock. The last two are small and read as a whole.
 *
 * @typedef {object} Read
 * @property {Table} table
 * @property {string} key
 * @property {number} [offset] bytes from the start of the row, default 0
 * @property {number} [length] bytes, default to the end of the row. What lies behind the end of the
 *   row is cut off, so the result may be shorter or empty. A range of a large row does not load the row
 *
 * @typedef {object} Commit
 * @property {number} [version] with `record`: the version that the stored record must have
 * @property {Uint8Array} [record] the new record; its version becomes `version + 1`
 * @property {{ table: Table, key: string, bytes: Uint8Array }[]} [put] rows to store. Putting a key that
 *   exists is allowed: the bytes are the same, or repair a damaged row
 * @property {{ table: Table, key: string }[]} [delete] rows to remove, absent ones are ignored. A key may
 *   not be in `put` and `delete` of one commit
 *
 * @typedef {object} BlockStorage
 * @property {() => Promise<void>} open must resolve before any other call; may be called again
 * @property {() => Promise<{ version: number, record: Uint8Array | null }>} readRecord
 *   version 0 and null when nothing was stored yet
 * @property {(reads: Read[]) => Promise<(Uint8Array | null)[]>} read in the order asked; null: no such row
 * @property {(table: Table) => Promise<{ key: string, bytes: Uint8Array }[]>} readAll in no promised order
 * @property {(commit: Commit) => Promise<boolean>} commit one transaction. With `record`: resolves false,
 *   and nothing at all is written, unless the stored version equals `version`. Without `record` only
 *   rows change and the version is neither compared nor increased
 * @property {(listener: () => void) => (() => void)} onChange calls `listener` after *another* instance
 *   on the same store (other tab, other process, other object) committed a record or destroyed the
 *   store. A hint: calls may be merged or repeated. Returns the unsubscribe function
 * @property {() => Promise<void>} close waits for running calls; every later one rejects with `closed`
 * @property {() => Promise<void>} destroy deletes the store for everyone. `onChange` of other instances
 *   fires and their next call rejects with `closed` or `storage-lost`
 */

import { ReplicationError } from '../errors.js';

/** The tables that hold rows. @type {readonly Table[]} */
export const TABLES = Object.freeze(['car', 'file', 'blocks', 'events']);

/**
 * @param {unknown} condition
 * @param {string} message
 */
function require(condition, message) {
  if (!condition) throw new ReplicationError('invalid-argument', message);
}

/** @param {{ table: unknown, key: unknown }} row */
function checkRow({ table, key }) {
  checkTable(table);
  require(typeof key === 'string' && key !== '', `a key in table "${table}" is not a text`);
}

/**
 * @param {unknown} table
 * @throws {ReplicationError} `invalid-argument` if it is none of `TABLES`
 */
export function checkTable(table) {
  require(TABLES.includes(/** @type {Table} */ (table)), `no such table: ${String(table)}`);
}

/**
 * @param {Read[]} reads
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkReads(reads) {
  for (const read of reads) {
    checkRow(read);
    for (const member of /** @type {const} */ (['offset', 'length'])) {
      const value = read[member];
      require(value === undefined ||
        (Number.isSafeInteger(value) &&
          value >= 0), `${member} of ${read.table}/${read.key} is not a natural number`);
    }
  }
}

/**
 * @param {Commit} commit
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkCommit(commit) {
  if (commit.record !== undefined) {
    require(commit.record instanceof Uint8Array, 'the record is not a Uint8Array');
    require(Number.isSafeInteger(commit.version) &&
      commit.version >= 0, 'a record needs the version it replaces');
  }
  const put = new Set();
  for (const row of commit.put ?? []) {
    checkRow(row);
    require(row.bytes instanceof
      Uint8Array, `the bytes of ${row.table}/${row.key} are not a Uint8Array`);
    put.add(`${row.table}/${row.key}`);
  }
  for (const row of commit.delete ?? []) {
    checkRow(row);
    const name = `${row.table}/${row.key}`;
    require(!put.has(name), `${name} is both put and deleted in one commit`);
  }
}

/**
 * Where a range starts and ends inside a row, cut off at its end.
 *
 * @param {{ offset?: number, length?: number }} range
 * @param {number} size of the row, bytes
 * @returns {{ start: number, end: number }} bytes, `end` exclusive
 */
export function clipRange({ offset = 0, length = Infinity }, size) {
  const start = Math.min(offset, size);
  return { start, end: Math.min(start + length, size) };
}
