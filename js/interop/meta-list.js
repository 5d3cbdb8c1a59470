import { ReplicationError } from '../errors.js';
import { decode } from './dag-cbor.js';

/**
 * @typedef {object} Entry of a 0.24 meta (format page 0.24, section 2.1)
 * @property {string} cid
 * @property {string[]} parents
 * @property {string} data
 *
 * @typedef {object} MetaList
 * @property {Entry[]} entries
 * @property {(entries: Entry[]) => Uint8Array} encode the same meta with other entries: one with keys keeps them and its
 *   shape (section 2.3)
 */

const encode = (value) => new TextEncoder().encode(JSON.stringify(value));

/**
 * @param {Uint8Array[]} metas none: an empty list
 * @returns {MetaList}
 * @throws {ReplicationError} `corrupt-meta`
 */
export function parseMetaList(metas) {
  const values = metas.map(parse);
  const lists = values.map((value) => (Array.isArray(value) ? value : value?.metas));
  if (!lists.every((list) => Array.isArray(list) && list.every(isEntry))) throw malformed();
  const withKeys = values.find((value) => !Array.isArray(value));
  return {
    entries: lists.flat(),
    encode: (entries) => encode(withKeys ? { ...withKeys, metas: entries } : entries),
  };
}

/**
 * The CARs that an entry stands for; the first of them has the header.
 *
 * @param {Entry} entry
 * @returns {string[]} CIDs
 * @throws {ReplicationError} `corrupt-meta`
 */
export function groupOf({ data }) {
  try {
    const block = Uint8Array.from(atob(data.slice(1)), (character) => character.charCodeAt(0));
    const { cars } = JSON.parse(new TextDecoder().decode(decode(block).data.dbMeta));
    const cids = cars.map((car) => car['/']);
    if (cids.length > 0 && cids.every((cid) => typeof cid === 'string')) return cids;
  } catch {
    // Reported below.
  }
  throw malformed();
}

function parse(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw malformed();
  }
}

const isEntry = (entry) => typeof entry?.cid === 'string' && typeof entry.data === 'string';

const malformed = () => new ReplicationError('corrupt-meta', 'a meta is not one of Fireproof 0.24');
