import { fromBase64, toBase64 } from '../../database/base64.js';

/** The member by which a wrapped meta is known. */
const MARK = 'fireproof-ipfs';

/**
 * A meta together with the blocks that say where the CARs are: `{ "fireproof-ipfs": ["<block CID>", …], "meta": "<base64>" }`.
 *
 * @param {Uint8Array} meta
 * @param {string[]} index CIDs of blocks
 * @returns {Uint8Array}
 */
export function wrapMeta(meta, index) {
  return new TextEncoder().encode(JSON.stringify({ [MARK]: index, meta: toBase64(meta) }));
}

/**
 * @param {Uint8Array} bytes
 * @returns {{ meta: Uint8Array, index: string[] }} what is not wrapped is a meta without an index
 */
export function unwrapMeta(bytes) {
  try {
    const { [MARK]: index, meta } = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(index)) return { meta: fromBase64(meta), index };
  } catch {
    // It is something else, which the engine judges.
  }
  return { meta: bytes, index: [] };
}
