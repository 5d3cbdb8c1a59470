import { ReplicationError } from '../errors.js';
import { Link, decode } from './dag-cbor.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Bytes of the initialisation vector of an encrypted block. */
const IV = 12;

/**
 * The CARs that the header of a 0.14 CAR names (format page 0.14, sections 4.3 and 4.4): those it builds on, and those it
 * replaces. Its blocks are not verified here.
 *
 * @param {Uint8Array} bytes of the CAR
 * @param {string | null} key 64 hex digits, as the meta has it; null: public
 * @returns {Promise<{ cars: string[], compact: string[] }>} CIDs as text
 * @throws {ReplicationError} `corrupt-car`, `corrupt-block`, or `key-mismatch` if it cannot be decrypted
 */
export async function carHeader(bytes, key) {
  const { root, blocks } = readCar(bytes);
  let header = decode(blocks.get(cidText(root)) ?? corrupt('it has no root'));
  if (Array.isArray(header)) {
    const sealed = header[0] instanceof Link && blocks.get(cidText(header[0].cid));
    header = decode((await openBlock(sealed || corrupt('it has no header'), key)).bytes);
  }
  const { cars, compact } = header?.fp ?? {};
  return { cars: textsOf(cars), compact: textsOf(compact) };
}

function textsOf(links) {
  if (!Array.isArray(links) || !links.every((link) => link instanceof Link)) {
    corrupt('its header is malformed');
  }
  return links.map(({ cid }) => cidText(cid));
}

/** @param {Uint8Array} cid */
export function cidText(cid) {
  let text = 'b';
  let [bits, value] = [0, 0];
  for (const byte of cid) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/**
 * The parts of a CAR of version 1. Blocks are not verified.
 *
 * @param {Uint8Array} bytes
 * @returns {{ root: Uint8Array, blocks: Map<string, Uint8Array> }} CID of the first root; blocks by CID text, in their
 *   order, as views
 * @throws {ReplicationError} `corrupt-car`, `corrupt-block`
 */
export function readCar(bytes) {
  let offset = 0;
  const varint = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      if (offset >= bytes.length || factor > 2 ** 42) corrupt('a length is malformed');
      const byte = bytes[offset++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  const section = () => {
    const length = varint();
    if (length > bytes.length - offset) corrupt('it ends too early');
    offset += length;
    return offset - length;
  };
  const start = section();
  const root = decode(bytes.subarray(start, offset)).roots?.[0];
  if (!(root instanceof Link)) corrupt('it has no root');
  const blocks = new Map();
  while (offset < bytes.length) {
    const begin = section();
    const end = offset;
    offset = begin;
    for (let part = 0; part < 3; part++) varint(); // version, codec, hash
    const length = varint();
    const cid = bytes.subarray(begin, offset + length);
    blocks.set(cidText(cid), bytes.subarray(begin + cid.length, end));
    offset = end;
  }
  return { root: root.cid, blocks };
}

/**
 * The block within an encrypted one of 0.14: the length of its CID, the CID, and its bytes.
 *
 * @param {Uint8Array} sealed
 * @param {string} key 64 hex digits
 * @returns {Promise<{ cid: string, bytes: Uint8Array }>}
 * @throws {ReplicationError} `key-mismatch`
 */
export async function openBlock(sealed, key) {
  try {
    const raw = Uint8Array.from(key.match(/../g), (pair) => parseInt(pair, 16));
    const secret = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
    const algorithm = { name: 'AES-GCM', iv: sealed.subarray(0, IV) };
    const plain = new Uint8Array(
      await crypto.subtle.decrypt(algorithm, secret, sealed.subarray(IV)),
    );
    const end = 4 + new DataView(plain.buffer).getUint32(0, true);
    return { cid: cidText(plain.subarray(4, end)), bytes: plain.subarray(end) };
  } catch (cause) {
    const message = 'a block of a CAR cannot be decrypted with the key of its meta';
    throw new ReplicationError('key-mismatch', message, { cause });
  }
}

/** @returns {never} */
function corrupt(why) {
  throw new ReplicationError('corrupt-car', `malformed CAR: ${why}`);
}
