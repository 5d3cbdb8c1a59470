import { cidText } from '../interop/car-header.js';
import { ReplicationError } from '../errors.js';

/** A backup is a CAR of version 1 whose blocks are raw: the manifest, which is its root, then the stored CARs as they are. */

const encoder = new TextEncoder();

/** Bytes of a CID of a raw block. */
const CID_BYTES = 36;

/** Bytes of the header of a CAR with one root, and of the varint before it. */
const HEADER_BYTES = 58;

/** Where the CID of the root begins. */
const ROOT_AT = 14;

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} CID of these bytes as a raw block */
export async function rawCidBytes(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Uint8Array.from([1, 0x55, 0x12, 0x20, ...digest]);
}

/** @param {Uint8Array} root a CID @returns {Uint8Array} the beginning of the file */
export function carStart(root) {
  const roots = [0xa2, 0x65, ...encoder.encode('roots'), 0x81, 0xd8, 0x2a, 0x58, 0x25, 0];
  const version = [0x67, ...encoder.encode('version'), 1];
  return Uint8Array.from([HEADER_BYTES, ...roots, ...root, ...version]);
}

/** What stands before the bytes of a block. @param {Uint8Array} cid @param {number} size bytes */
export function blockStart(cid, size) {
  const length = [];
  let rest = cid.length + size;
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest & 127) | 128);
  return Uint8Array.from([...length, rest, ...cid]);
}

/**
 * Where the blocks of such a file are. Reads no more than their beginnings.
 *
 * @param {Blob} file
 * @returns {Promise<{ root: string, blocks: { cid: string, start: number, end: number }[] }>} in their order
 * @throws {ReplicationError} `corrupt-car`
 */
export async function blocksOf(file) {
  const beginning = await bytesAt(file, 0, HEADER_BYTES + 1);
  const root = beginning.slice(ROOT_AT, ROOT_AT + CID_BYTES);
  const expected = carStart(root);
  if (
    beginning.length !== expected.length ||
    !expected.every((byte, at) => byte === beginning[at])
  ) {
    throw corrupt('it does not begin like one');
  }
  const blocks = [];
  let offset = expected.length;
  while (offset < file.size) {
    const head = await bytesAt(file, offset, 8 + CID_BYTES);
    const { value, size } = varintIn(head);
    const end = offset + size + value;
    if (value < CID_BYTES || end > file.size) throw corrupt('it ends too early');
    const cid = cidText(head.subarray(size, size + CID_BYTES));
    blocks.push({ cid, start: offset + size + CID_BYTES, end });
    offset = end;
  }
  return { root: cidText(root), blocks };
}

/**
 * The bytes of a block.
 *
 * @param {Blob} file
 * @param {{ cid: string, start: number, end: number }} block
 * @returns {Promise<Uint8Array>}
 * @throws {ReplicationError} `corrupt-car` if they are not those of its CID
 */
export async function blockBytes(file, { cid, start, end }) {
  const bytes = await bytesAt(file, start, end - start);
  if (cidText(await rawCidBytes(bytes)) === cid) return bytes;
  throw corrupt(`the block ${cid} is damaged`);
}

async function bytesAt(file, start, length) {
  return new Uint8Array(await file.slice(start, start + length).arrayBuffer());
}

function varintIn(bytes) {
  let [value, factor] = [0, 1];
  for (const [at, byte] of bytes.entries()) {
    value += (byte & 127) * factor;
    if (byte < 128) return { value, size: at + 1 };
    factor *= 128;
    if (at > 5) break;
  }
  throw corrupt('a length is malformed');
}

/** @param {string} why */
export const corrupt = (why) =>
  new ReplicationError('corrupt-car', `this is no whole backup: ${why}`, { retryable: false });
