import { ReplicationError } from '../errors.js';

/**
 * Documents as lines of JSON, in the manner of DAG-JSON. What JSON has not is an object with the one member `/`:
 *
 *   {"/": "<cid>"}              a link
 *   {"/": {"bytes": "<base64 without padding>"}}
 *   {"/": {"integer": "<decimal>"}}     beyond ±(2^53-1)
 *   {"/": {"map": …}}           an object of the document's own whose only member is called "/"
 */

const isAlone = (object) => Object.keys(object).length === 1 && '/' in object;

/** @param {any} value of a document, as it is read @returns {any} what JSON has */
export function toJson(value) {
  if (typeof value === 'bigint') return { '/': { integer: String(value) } };
  if (value instanceof Uint8Array) return { '/': { bytes: toBase64(value) } };
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== 'object') return value;
  if (isAlone(value)) {
    return typeof value['/'] === 'string' ? value : { '/': { map: toJson(value['/']) } };
  }
  return mapped(value, toJson);
}

/**
 * @param {any} value that `toJson` made
 * @returns {any}
 * @throws {ReplicationError} `invalid-argument`
 */
export function fromJson(value) {
  if (Array.isArray(value)) return value.map(fromJson);
  if (value === null || typeof value !== 'object') return value;
  if (!isAlone(value)) return mapped(value, fromJson);
  const inner = value['/'];
  if (typeof inner === 'string') return value;
  if (typeof inner?.bytes === 'string') return new Uint8Array(Buffer.from(inner.bytes, 'base64'));
  if (/^-?\d+$/.test(inner?.integer)) return BigInt(inner.integer);
  if (inner !== null && typeof inner === 'object' && 'map' in inner) {
    return { '/': fromJson(inner.map) };
  }
  throw new ReplicationError('invalid-argument', `not a value: ${JSON.stringify(value)}`);
}

/** Entries, since an assignment to "__proto__" makes no member. */
const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

const toBase64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
