import { decode } from '@ipld/dag-cbor';
import { CID } from 'multiformats/cid';
import { createDecipheriv, createHash } from 'node:crypto';
import { checkBlock, readCar } from './car.js';

/**
 * Opens a stored CAR of either format. Each function takes the stored bytes and the key (null: public) and returns
 * `{ roots, blocks }` of the plaintext; the header block, where there is one, is the first root.
 */
export const openCar = { 0.24: openCar24, 0.14: openCar14 };

const CAR_CODEC = { 0.24: 0x18, 0.14: 0x55 };

/** Format page 0.24, sections 4.2 and 4.3: one GCM message over the whole CAR, IV derived from its digest. */
function openCar24(stored, key, cid) {
  if (key === null) return named('0.24', cid, stored);
  const { iv, data, keyId } = decode(stored);
  if (!sha256(key).equals(keyId)) throw new Error(`the CAR ${cid} is sealed with another key`);
  const plain = decrypt('aes-128-gcm', key, iv, data);
  const multihash = Buffer.concat([Buffer.from([0x12, 0x20]), sha256(plain)]);
  const expected = Buffer.alloc(12);
  multihash.forEach((byte, i) => (expected[i % 12] ^= byte));
  if (!expected.equals(iv)) throw new Error(`the CAR ${cid} has an IV that is not derived`);
  return named('0.24', cid, plain);
}

/**
 * Format page 0.14, section 4.4: every block sealed by itself, the members listed in a prolly tree. Roots are those of
 * the plaintext: the header block, or the first file.
 */
function openCar14(stored, key, cid) {
  const outer = named('0.14', cid, stored);
  const top = outer.roots[0].startsWith('bafyrei') && decode(outer.blocks.get(outer.roots[0]));
  if (!Array.isArray(top)) return outer;
  const blocks = new Map();
  const open = (link) => {
    const sealed = outer.blocks.get(String(link));
    const plain = decrypt('aes-256-gcm', key, sealed.subarray(0, 12), sealed.subarray(12));
    const end = 4 + plain.readUInt32LE(0);
    const inner = CID.decode(plain.subarray(4, end));
    const content = new Uint8Array(plain.subarray(end));
    checkBlock(inner, content);
    blocks.set(String(inner), content);
    return String(inner);
  };
  const [root, tree] = top;
  members(outer.blocks, tree).forEach(open);
  return { roots: [open(root)], blocks };
}

function members(blocks, node) {
  const { leaf, branch } = decode(blocks.get(String(node)));
  return leaf ?? branch[1].flatMap(([, child]) => members(blocks, child));
}

/** Reads a CAR if its bytes, in 0.24 those before sealing, have the digest that its name says. */
function named(format, cid, bytes) {
  const { code, multihash } = CID.parse(cid);
  if (code !== CAR_CODEC[format] || !sha256(bytes).equals(multihash.digest)) {
    throw new Error(`the CAR ${cid} has other bytes`);
  }
  return readCar(bytes);
}

function decrypt(algorithm, key, iv, data) {
  const decipher = createDecipheriv(algorithm, key, iv);
  decipher.setAuthTag(data.subarray(-16));
  return Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
