import { ReplicationError } from '../../errors.js';
import { hasOrder } from './key-order.js';

/**
 * A map function as applications write it: it may call `emit(key, value)` any number of times, or return a key.
 *
 * @typedef {(document: object, emit: (key: unknown, value?: unknown) => void) => unknown} MapFunction
 */

/** @type {(field: string) => MapFunction} indexes a member; documents without it have no row */
export function mapOfField(field) {
  return (document) => (Object.hasOwn(document, field) ? document[field] : undefined);
}

/**
 * The rows of one document, in the order in which they were emitted. A key that has no place in the order makes no row.
 *
 * @param {MapFunction} map
 * @param {object} document
 * @param {(id: string, key: unknown) => void} leftOut hears of each such key
 * @returns {{ key: unknown, id: string, value: unknown }[]}
 * @throws {ReplicationError} `invalid-argument` if the function fails or emits a value that cannot be cloned
 */
export function rowsOf(map, document, leftOut) {
  const id = document._id;
  const rows = [];
  const emit = (key, value = null) => {
    if (key === undefined) return;
    if (hasOrder(key)) rows.push(copyOf({ id, key, value }));
    else leftOut(id, key);
  };
  try {
    const returned = map(document, emit);
    if (rows.length === 0) emit(returned);
  } catch (cause) {
    const message = `query: the map function failed on document "${id}": ${cause?.message ?? cause}`;
    throw new ReplicationError('invalid-argument', message, { cause });
  }
  return rows;
}

/** A row of its own: nobody can change an index from outside. */
export function copyOf({ id, key, value }) {
  return { key: ownCopy(key), id, value: ownCopy(value) };
}

function ownCopy(value) {
  return typeof value === 'string' || typeof value === 'number' ? value : structuredClone(value);
}
