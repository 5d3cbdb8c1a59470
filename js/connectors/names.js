import { ReplicationError } from '../errors.js';
import { describe } from './base-url.js';

/**
 * The names of remotes. What the engine knows of a remote it remembers under its name, so all that makes it another place is
 * in it: its address, the query of its address, and what the option `identity` says. A query may hold credentials, and names are
 * in messages, so only a short hash of it is there.
 */

/**
 * @param {string} kind
 * @param {URL} base
 * @param {{ identity?: string, headers?: Record<string, string> }} options `identity`: in place of the query. If it is the name of
 *   one of `headers`, the value of that one counts
 * @returns {string}
 * @throws {ReplicationError} `invalid-argument`
 */
export function nameOfPlace(kind, base, { identity, headers } = {}) {
  const name = `${kind} ${describe(base)}`;
  if (identity === undefined)
    return base.search === '' ? name : `${name} #${shortHash(base.search)}`;
  const value = headerNamed(identity, headers);
  return nameWith(name, value === undefined ? identity : `${identity} #${shortHash(value)}`);
}

/**
 * @param {string} name
 * @param {unknown} identity which place this is, where the name does not tell; undefined: it does
 * @returns {string}
 * @throws {ReplicationError} `invalid-argument`
 */
export function nameWith(name, identity) {
  if (identity === undefined) return name;
  if (typeof identity === 'string' && identity !== '') return `${name} (${identity})`;
  throw new ReplicationError('invalid-argument', '`identity` is a text: which place the remote is');
}

function headerNamed(name, headers = {}) {
  const isIt = ([each]) => each.toLowerCase() === String(name).toLowerCase();
  return Object.entries(headers).find(isIt)?.[1];
}

/** FNV-1a, 32 bits: tells places apart, and gives nothing away. @param {string} text */
function shortHash(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
