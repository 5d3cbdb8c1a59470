import { randomBytes } from './random.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

const RAW = 0x55;
/** Of CARs of 0.24. Their CID names the plain CAR, so that of an encrypted one says nothing of the stored bytes. */
const FIREPROOF_CAR = 0x18;

/**
 * Bytes with a CID that fits them, as a remote that checks CIDs wants them.
 *
 * @param {number} length bytes
 * @param {number} seed
 * @returns {Promise<{ cid: string, bytes: Uint8Array }>}
 */
export async function someCar(length, seed) {
  const bytes = randomBytes(length, seed);
  return { cid: await cidOf(bytes, RAW), bytes };
}

/** Two CARs that an encrypted 0.24 database could have under one CID. */
export async function twoCarsOfOneCid() {
  const [first, second] = [randomBytes(100, 1), randomBytes(100, 2)];
  return { cid: await cidOf(first, FIREPROOF_CAR), first, second };
}

async function cidOf(bytes, codec) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `b${base32(Uint8Array.of(1, codec, 0x12, 0x20, ...digest))}`;
}

function base32(bytes) {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}
