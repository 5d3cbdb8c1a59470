/**
 * CAR CIDs as the two formats write them: version 1, SHA-256, base32 in lower case without padding.
 */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** 0.14: the hash of the stored bytes. */
export const RAW = 0x55;
/** 0.24: the hash of the plain CAR, also when it is stored encrypted (format page 0.24, section 0.1). */
export const FIREPROOF_CAR = 0x18;

/**
 * @typedef {object} CarCid
 * @property {string} text
 * @property {number} codec RAW or FIREPROOF_CAR
 * @property {Uint8Array} digest the SHA-256, 32 bytes
 */

/**
 * @param {string} text
 * @returns {CarCid | null} null if it is not the CID of a CAR in its only spelling
 */
export function parseCarCid(text) {
  if (!/^b[a-z2-7]{58}$/.test(text)) return null;
  const bytes = decodeBase32(text.slice(1));
  if (bytes === null || bytes[0] !== 1 || bytes[2] !== 0x12 || bytes[3] !== 0x20) return null;
  if (bytes[1] !== RAW && bytes[1] !== FIREPROOF_CAR) return null;
  return { text, codec: bytes[1], digest: bytes.subarray(4) };
}

/**
 * @param {string} text of characters of the alphabet
 * @returns {Uint8Array | null} null if bits are left over that are not zero
 */
function decodeBase32(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let value = 0;
  let length = 0;
  for (const character of text) {
    value = ((value << 5) | ALPHABET.indexOf(character)) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (value >> bits) & 0xff;
    }
  }
  return (value & ((1 << bits) - 1)) === 0 ? bytes : null;
}
