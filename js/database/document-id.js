import { ReplicationError } from '../errors.js';

/**
 * The id that a document is stored under: its `_id`, or a new one if that is missing or empty. Which texts are
 * ids depends on the format, and the engine knows it.
 *
 * @param {object} document
 * @returns {string}
 * @throws {ReplicationError} `invalid-document`
 */
export function idOf({ _id: id }) {
  if (id === undefined || id === null || id === '') return newId();
  if (typeof id === 'string') return id.toWellFormed();
  throw new ReplicationError(
    'invalid-document',
    `a document has an \`_id\` that is no text, but a ${typeof id}`,
  );
}

/**
 * @param {unknown} id of a document to be read or deleted
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkId(id) {
  if (typeof id !== 'string' || id === '') {
    throw new ReplicationError('invalid-argument', 'a document id is a text that is not empty');
  }
}

/** A UUID of version 7 (RFC 9562): 48 bits of the time in milliseconds, then random bits. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Date.now()) << 16n);
  crypto.getRandomValues(bytes.subarray(6, 8));
  bytes[6] = 0x70 | (bytes[6] & 0x0f); // version 7
  bytes[8] = 0x80 | (bytes[8] & 0x3f); // variant of RFC 9562
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
