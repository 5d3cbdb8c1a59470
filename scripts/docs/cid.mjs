// CIDs for scripts/docs/decode.mjs, written apart from the core: the examples of the format pages are checked by
// something else than the code that those pages describe.
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** @typedef {{ text: string, codec: number, digest: Uint8Array, size: number }} Cid `size` in bytes */

/**
 * An unsigned LEB128 number.
 * @param {Uint8Array} bytes
 * @param {number} start
 * @returns {{ value: number, end: number }}
 */
export function readVarint(bytes, start) {
  let value = 0;
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    value += (bytes[at] & 127) * scale;
    if (bytes[at] < 128) return { value, end: at + 1 };
  }
}

/**
 * The version 1 CID with SHA-256 at the start of `bytes`.
 * @param {Uint8Array} bytes
 * @returns {Cid}
 */
export function readCid(bytes) {
  const { value: codec, end } = readVarint(bytes, 1);
  const size = end + 2 + 32;
  if (bytes[0] !== 1 || bytes[end] !== 0x12 || bytes[end + 1] !== 32 || bytes.length < size)
    throw new Error('not a version 1 CID with SHA-256');
  const text = `b${encodeBase32(bytes.subarray(0, size))}`;
  return { text, codec, digest: bytes.subarray(end + 2, size), size };
}

/** @param {string} text of a CID in base32 */
export function parseCid(text) {
  const digits = Array.from(text.slice(1), (character) => alphabet.indexOf(character));
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('');
  return readCid(Uint8Array.from(bits.match(/.{8}/g), (byte) => parseInt(byte, 2)));
}

/** The beginning and the end of a CID: enough to tell it from others on a page. @param {Cid} cid */
export const shortened = ({ text }) => `${text.slice(0, 7)}…${text.slice(-5)}`;

/** RFC 4648, lower case, without padding. @param {Uint8Array} bytes */
function encodeBase32(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{1,5}/g).reduce((text, group) => {
    return text + alphabet[parseInt(group.padEnd(5, '0'), 2)];
  }, '');
}
