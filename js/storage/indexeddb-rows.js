import { clipRange } from './block-storage.js';
import { CHUNK_SIZE } from './indexeddb-schema.js';

/** @typedef {import('idb').IDBPTransaction} Transaction */

/**
 * The key range of a row's chunks.
 * @param {string} table
 * @param {string} key
 * @param {number} [first]
 * @param {number} [last] inclusive
 */
function chunkKeys(table, key, first = 0, last = Infinity) {
  return IDBKeyRange.bound([table, key, first], [table, key, last]);
}

/**
 * The same bytes as a view of their own buffer, since storing a view stores the whole buffer behind it.
 * @param {Uint8Array} bytes
 */
export function detached(bytes) {
  const isWhole =
    bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? bytes : new Uint8Array(bytes);
}

/**
 * Gives each request as soon as it is made, since making the next one may throw.
 *
 * @param {Transaction} transaction
 * @param {{ table: string, key: string, bytes: Uint8Array }} row
 * @returns {Generator<Promise<unknown>>}
 */
export function* putRow(transaction, { table, key, bytes }) {
  const rows = transaction.objectStore(table);
  if (bytes.length <= CHUNK_SIZE) {
    yield rows.put(detached(bytes), key);
    return;
  }
  yield rows.put({ size: bytes.length }, key);
  const chunks = transaction.objectStore('chunks');
  for (let index = 0; index * CHUNK_SIZE < bytes.length; index++) {
    const chunk = new Uint8Array(bytes.subarray(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE));
    yield chunks.put(chunk, [table, key, index]);
  }
}

/**
 * @param {Transaction} transaction
 * @param {{ table: string, key: string }} row
 * @param {{ chunks: boolean }} options whether any row may be kept in chunks
 * @returns {Generator<Promise<unknown>>}
 */
export function* deleteRow(transaction, { table, key }, { chunks }) {
  yield transaction.objectStore(table).delete(key);
  if (chunks) yield transaction.objectStore('chunks').delete(chunkKeys(table, key));
}

/**
 * @param {Transaction} transaction
 * @returns {Promise<boolean>} whether any row is kept in chunks
 */
export async function hasChunks(transaction) {
  const chunks = transaction.objectStore('chunks');
  return (await chunks.getKey(IDBKeyRange.lowerBound([]))) !== undefined;
}

/**
 * @param {Transaction} transaction
 * @param {import('./block-storage.js').Read} read
 * @returns {Promise<Uint8Array | null>}
 */
export async function readRow(transaction, { table, key, ...range }) {
  const row = await transaction.objectStore(table).get(key);
  if (row === undefined) return null;
  if (!(row instanceof Uint8Array))
    return readChunks(transaction, { table, key, size: row.size, range });
  const { start, end } = clipRange(range, row.length);
  return end - start === row.length ? row : row.slice(start, end);
}

/**
 * @param {Transaction} transaction
 * @param {string} table
 * @returns {Promise<{ key: string, bytes: Uint8Array }[]>}
 */
export async function readTable(transaction, table) {
  const rows = transaction.objectStore(table);
  const [keys, values] = await Promise.all([rows.getAllKeys(), rows.getAll()]);
  return Promise.all(
    keys.map(async (key, index) => {
      const value = values[index];
      if (value instanceof Uint8Array) return { key, bytes: value };
      return {
        key,
        bytes: await readChunks(transaction, { table, key, size: value.size, range: {} }),
      };
    }),
  );
}

/** Loads only the chunks that the range touches. */
async function readChunks(transaction, { table, key, size, range }) {
  const { start, end } = clipRange(range, size);
  const bytes = new Uint8Array(end - start);
  if (bytes.length === 0) return bytes;
  const [first, last] = [start, end - 1].map((offset) => Math.floor(offset / CHUNK_SIZE));
  const chunks = await transaction.objectStore('chunks').getAll(chunkKeys(table, key, first, last));
  let position = first * CHUNK_SIZE;
  for (const chunk of chunks) {
    const part = chunk.subarray(Math.max(start - position, 0), Math.max(end - position, 0));
    bytes.set(part, Math.max(position - start, 0));
    position += chunk.length;
  }
  if (position < end) throw new Error(`row ${table}/${key} lacks chunks`);
  return bytes;
}
