import { decode } from '@ipld/dag-cbor';
import { CID } from 'multiformats/cid';
import { createHash } from 'node:crypto';

/**
 * CAR v1 (format pages: 0.24 section 3.1, 0.14 section 4.1), read literally.
 *
 * @param {Uint8Array} bytes
 * @returns {{ roots: string[], blocks: Map<string, Uint8Array> }} blocks by CID text, in their order
 * @throws {Error} if a block is not what its CID says
 */
export function readCar(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const section = () => {
    const length = varint();
    at += length;
    return bytes.subarray(at - length, at);
  };

  const { roots } = decode(section());
  const blocks = new Map();
  while (at < bytes.length) {
    const [cid, content] = CID.decodeFirst(section());
    checkBlock(cid, content);
    blocks.set(String(cid), content);
  }
  return { roots: roots.map(String), blocks };
}

/** @param {CID} cid */
export function checkBlock(cid, content) {
  const digest = createHash('sha256').update(content).digest();
  if (!digest.equals(cid.multihash.digest)) throw new Error(`the block ${cid} has other bytes`);
}
