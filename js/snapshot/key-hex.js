import { ReplicationError } from '../errors.js';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Bytes of a key. */
const SIZES = { 0.24: 16, 0.14: 32 };

/**
 * A key in the form that metas of 0.14 have.
 *
 * @param {string} key hex, or base58 with z
 * @param {string} format
 * @returns {string} hex in lower case
 * @throws {ReplicationError} `invalid-key`, without the key
 */
export function keyHex(key, format) {
  const digits = 2 * SIZES[format];
  const hex = key.startsWith('z') ? fromBase58(key.slice(1), digits) : key.toLowerCase();
  if (/^[0-9a-f]+$/.test(hex) && hex.length === digits) return hex;
  const message = `a key of ${format} is ${digits} hex digits, or the same in base58 with z`;
  throw new ReplicationError('invalid-key', message);
}

function fromBase58(text, digits) {
  const values = [...text].map((character) => BASE58.indexOf(character));
  if (values.includes(-1)) return '';
  const number = values.reduce((sum, value) => sum * 58n + BigInt(value), 0n);
  return number.toString(16).padStart(digits, '0');
}
