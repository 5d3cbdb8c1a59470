import { ReplicationError } from '../../errors.js';
import { cidText, openBlock, readCar } from '../../interop/car-header.js';
import { isEnvelope } from '../../interop/cars.js';
import { Link, decode } from '../../interop/dag-cbor.js';
import { sameBytes } from '../../interop/remote-meta.js';
import { parseCarCid } from '../../server/car-cid.js';

/**
 * @typedef {object} OpenedCar
 * @property {string} root CID of the first block that counts: the header, or an attachment
 * @property {Map<string, Uint8Array>} blocks plain ones by CID, each checked against it
 */

/**
 * Opens a stored CAR of either format and checks all that can be checked: its name, and every block.
 *
 * @param {Uint8Array} stored
 * @param {string} cid its name
 * @param {{ format: string, keys: string[] }} options `keys`: hex
 * @returns {Promise<OpenedCar>}
 * @throws {ReplicationError} `corrupt-car`, `corrupt-block`; `key-missing` if it is sealed and no key opens it, in 0.14
 *   after its name was checked
 */
export async function openCar(stored, cid, { format, keys }) {
  const isSealed24 = format === '0.24' && isEnvelope(stored);
  const plain = isSealed24 ? await openEnvelope(stored, cid, keys) : stored;
  const name = parseCarCid(cid);
  if (name === null || !sameBytes(await sha256(plain), name.digest)) {
    throw new ReplicationError('corrupt-car', `${cid} has other bytes than its name says`);
  }
  const car = readCar(plain);
  for (const [each, bytes] of car.blocks) await checkBlock(each, bytes);
  const root = cidText(car.root);
  return format === '0.14' ? openMembers({ ...car, root }, cid, keys) : { ...car, root };
}

/**
 * An encrypted CAR of 0.24: one message (format page 0.24, section 4). Every key is tried, whichever it names: what names its
 * key may be what is damaged.
 */
async function openEnvelope(stored, cid, keys) {
  const { iv, data, keyId } = decode(stored);
  let isNamed = false;
  for (const key of keys.map(fromHex)) {
    isNamed ||= sameBytes(await sha256(key), keyId);
    const secret = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    const plain = await crypto.subtle
      .decrypt({ name: 'AES-GCM', iv }, secret, data)
      .catch(() => null);
    if (plain && isNamed) return new Uint8Array(plain);
    isNamed ||= plain !== null;
  }
  if (isNamed) throw new ReplicationError('corrupt-car', `${cid} is damaged`);
  throw new ReplicationError('key-missing', `${cid} is sealed with a key that was not given`);
}

/** An encrypted CAR of 0.14: every block sealed by itself (format page 0.14, section 4.4). */
async function openMembers(car, cid, keys) {
  const sealed = [...car.blocks].filter(([each]) => each.startsWith('bag4yvq'));
  if (sealed.length === 0) return car;
  const top = decode(car.blocks.get(car.root));
  const rootLink = top[0] instanceof Link ? cidText(top[0].cid) : '';
  if (keys.length === 0) {
    throw new ReplicationError('key-missing', `${cid} is sealed with a key that was not given`);
  }
  const blocks = new Map();
  let root = '';
  for (const [each, bytes] of sealed) {
    const opened = await openBlock(bytes, keys[0]);
    await checkBlock(opened.cid, opened.bytes);
    blocks.set(opened.cid, opened.bytes);
    if (each === rootLink) root = opened.cid;
  }
  return { root, blocks };
}

async function checkBlock(cid, bytes) {
  const digest = digestOf(cid);
  if (sameBytes(await sha256(bytes), digest)) return;
  throw new ReplicationError(
    'corrupt-block',
    `the block ${cid} has other bytes than its name says`,
  );
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The last 32 bytes of a CID. */
function digestOf(cid) {
  const bytes = [];
  let [bits, value] = [0, 0];
  for (const character of cid.slice(1)) {
    value = ((value << 5) | ALPHABET.indexOf(character)) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Uint8Array.from(bytes.slice(-32));
}

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** @param {string} hex */
export const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
