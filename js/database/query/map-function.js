import { ReplicationError } from '../../errors.js';
import { checkKey } from './key-order.js';

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
 * The rows of one document, in the order in which they were emitted.
 *
 * @param {MapFunction} map
 * @param {object} document
 * @returns {{ id: string, key: unknown, value: unknown }[]}
 * @throws {ReplicationError} `invalid-argument` if the function fails or emits what is no key or cannot be cloned
 */
export function rowsOf(map, document) {
  const id = document._id;
  const rows = [];
  const emit = (key, value = null) => {
    if (key === undefined) return;
    checkKey(key, 'the key');
    rows.push(copyOf({ id, key, value }));
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
  return { id, key: ownCopy(key), value: ownCopy(value) };
}

function ownCopy(value) {
  return typeof value === 'string' || typeof value === 'number' ? value : structuredClone(value);
}
