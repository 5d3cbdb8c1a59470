import { ReplicationError } from '../../errors.js';
import { LARGEST_CAR } from '../connector.js';
import { LARGEST_BLOCK, isRawCid } from './raw-cid.js';

/**
 * @typedef {object} Place
 * @property {number} size of the CAR, bytes
 * @property {string[]} blocks CIDs of the raw blocks that it was cut into
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Which blocks the CARs of a database are in: what the metas say, and what was stored through this node. CARs of 0.24 are
 * named by what is in them before it is sealed, and blocks are small, so names of CARs are no names of IPFS.
 *
 * As bytes it is JSON, `{ "<kind>/<CAR CID>": [size, "<block CID>", …] }`.
 */
export class CarPlaces {
  #name;
  #blocks;
  #journal;
  /** @type {Map<string, Place>} */
  #known = new Map();
  /** The index blocks that were read last. */
  #learned = '';

  /**
   * @param {object} options
   * @param {string} options.name for errors
   * @param {import('./blocks.js').IpfsBlocks} options.blocks
   * @param {import('./journal.js').Journal | null} options.journal of the node
   */
  constructor({ name, blocks, journal }) {
    this.#name = name;
    this.#blocks = blocks;
    this.#journal = journal;
  }

  /** As `getCar` of a connector. */
  async read({ kind, cid, signal, onProgress }) {
    const place = await this.#placeOf(kind, cid, signal);
    if (!place) return null;
    const tell = (bytes) => onProgress?.(bytes, place.size);
    const bytes = await this.#blocks.get(place.blocks, signal, tell);
    if (bytes === null || bytes.length === place.size) return bytes;
    throw this.#error('corrupt-car', `the blocks of CAR ${cid} have ${bytes.length} bytes`);
  }

  /** As `putCar`: once the blocks are stored, and the journal of the node says so. */
  async write({ kind, cid, bytes, ifAbsent, signal, onProgress }) {
    if (ifAbsent && (await this.has({ kind, cid, signal }))) return 'exists';
    const own = bytes.slice(); // its owner may change it meanwhile
    onProgress?.(0, own.length);
    const place = { size: own.length, blocks: await this.#blocks.put(own, signal) };
    await this.#journal.write(`${kind}/${cid}`, encode(place), signal);
    this.#known.set(`${kind}/${cid}`, place);
    onProgress?.(own.length, own.length);
    return 'stored';
  }

  /** As `hasCar`. */
  async has({ kind, cid, signal }) {
    const place = await this.#placeOf(kind, cid, signal);
    return place !== null && this.#blocks.has(place.blocks, signal);
  }

  /**
   * Stores all that is known, for a meta to name: what other metas said, and what this node has stored for any device.
   *
   * @param {AbortSignal} [signal]
   * @returns {Promise<string[]>} CIDs of the blocks of the index
   */
  async publish(signal) {
    for (const key of await this.#journal.list(signal)) {
      const [kind, cid] = key.split('/');
      await this.#placeOf(kind, cid, signal);
    }
    const sorted = [...this.#known].sort(([a], [b]) => (a < b ? -1 : 1));
    const index = Object.fromEntries(
      sorted.map(([key, { size, blocks }]) => [key, [size, ...blocks]]),
    );
    return this.#blocks.put(encode(index), signal);
  }

  /**
   * Takes what a meta names.
   *
   * @param {string[]} index CIDs of blocks
   * @param {AbortSignal} [signal]
   * @throws {ReplicationError} `corrupt-meta` if they cannot be had or are no index
   */
  async learn(index, signal) {
    const name = index.join(' ');
    if (index.length === 0 || name === this.#learned) return;
    if (!index.every(isRawCid)) throw this.#error('corrupt-meta', 'the meta names no blocks');
    const bytes = await this.#blocks.get(index, signal);
    if (bytes === null) throw this.#error('corrupt-meta', `the index ${name} is not there`);
    for (const [key, place] of Object.entries(this.#parse(bytes))) {
      this.#known.set(key, this.#checked({ size: place?.[0], blocks: place?.slice?.(1) }));
    }
    this.#learned = name;
  }

  async #placeOf(kind, cid, signal) {
    const key = `${kind}/${cid}`;
    if (!this.#known.has(key)) {
      const noted = await this.#journal?.read(key, signal);
      if (!noted) return null;
      this.#known.set(key, this.#checked(this.#parse(noted)));
    }
    return this.#known.get(key);
  }

  #parse(bytes) {
    try {
      return JSON.parse(decoder.decode(bytes));
    } catch {
      throw this.#error('corrupt-meta', 'what says where CARs are cannot be read');
    }
  }

  /** Sizes are bounded before anything is fetched. */
  #checked({ size, blocks }) {
    const isPlace =
      Number.isSafeInteger(size) &&
      size >= 0 &&
      size <= LARGEST_CAR &&
      Array.isArray(blocks) &&
      blocks.length > 0 &&
      blocks.length <= Math.max(1, Math.ceil(size / LARGEST_BLOCK)) &&
      blocks.every(isRawCid);
    if (isPlace) return { size, blocks };
    throw this.#error('corrupt-meta', 'what says where a CAR is makes no sense');
  }

  #error(code, message) {
    return new ReplicationError(code, message, { remote: this.#name });
  }
}

const encode = (value) => encoder.encode(JSON.stringify(value));
