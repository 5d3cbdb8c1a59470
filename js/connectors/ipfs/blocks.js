import { ReplicationError, asReplicationError } from '../../errors.js';
import { resolve } from '../base-url.js';
import { LARGEST_BLOCK, rawCid } from './raw-cid.js';

/** Blocks of one object that are under way at a time. */
const AT_ONCE = 4;

/** What a gateway answers about what it has not. */
const ABSENT = [404, 410];

/** Longest answer of the RPC to anything but a block, bytes. */
const ANSWER = { bytes: 16 * 1024 * 1024, code: 'server' };

/** Bytes in raw blocks at a Kubo RPC and at gateways. */
export class IpfsBlocks {
  #name;
  #api;
  #gateways;
  #http;

  /**
   * @param {object} options
   * @param {string} options.name for errors
   * @param {{ base: URL, http: import('../http.js').HttpClient, patience: number } | null} options.api the RPC
   * @param {URL[]} options.gateways
   * @param {import('../http.js').HttpClient} options.http for gateways
   */
  constructor({ name, api, gateways, http }) {
    this.#name = name;
    this.#api = api;
    this.#gateways = gateways;
    this.#http = http;
  }

  /**
   * Stores bytes, pinned.
   *
   * @param {Uint8Array} bytes
   * @param {AbortSignal} [signal]
   * @returns {Promise<string[]>} CIDs of the blocks, in order
   * @throws {ReplicationError} `server` if the node names a block otherwise than its bytes do
   */
  put(bytes, signal) {
    const parts = [];
    for (let at = 0; at < bytes.length || at === 0; at += LARGEST_BLOCK) {
      parts.push(bytes.slice(at, at + LARGEST_BLOCK));
    }
    return inTurns(parts, (part) => this.#putBlock(part, signal));
  }

  /**
   * @param {string[]} cids
   * @param {AbortSignal} [signal]
   * @param {(bytes: number) => void} [onBytes] hears how many have arrived
   * @returns {Promise<Uint8Array | null>} null: whoever was asked says that it has one of them not
   * @throws {ReplicationError} of the last one that was asked
   */
  async get(cids, signal, onBytes = () => {}) {
    let received = 0;
    const parts = await inTurns(cids, async (cid) => {
      const bytes = await this.#getBlock(cid, signal);
      onBytes((received += bytes?.length ?? 0));
      return bytes;
    });
    if (parts.includes(null)) return null;
    const whole = new Uint8Array(received);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** Whether the node has all of these blocks itself. @param {string[]} cids @param {AbortSignal} [signal] */
  async has(cids, signal) {
    const found = await inTurns(cids, async (cid) => {
      const url = callOf(this.#api, 'block/stat', { arg: cid, timeout: '5s' });
      const { status } = await this.#api.http.post({ url, signal, limit: ANSWER, allow: [500] });
      return status !== 500;
    });
    return found.every(Boolean);
  }

  async #putBlock(bytes, signal) {
    const body = new FormData();
    body.append('file', new Blob([bytes]));
    const options = { 'cid-codec': 'raw', format: 'raw', mhtype: 'sha2-256', pin: 'true' };
    const url = callOf(this.#api, 'block/put', options);
    const request = { url, body, size: bytes.length, signal, limit: ANSWER, allow: [] };
    const answer = await this.#api.http.post(request);
    const cid = await rawCid(bytes);
    if (new TextDecoder().decode(answer.bytes).includes(`"${cid}"`)) return cid;
    const details = { remote: this.#name };
    throw new ReplicationError('server', `the node stored another block than ${cid}`, details);
  }

  /** Asks one after the other until one gives the right bytes. */
  async #getBlock(cid, signal) {
    const sources = [
      ...(this.#api ? [() => this.#fromNode(cid, signal)] : []),
      ...this.#gateways.map((gateway) => () => this.#fromGateway(gateway, cid, signal)),
    ];
    let failure = null;
    for (const ask of sources) {
      try {
        const bytes = await ask();
        if (bytes !== null && (await rawCid(bytes)) === cid) return bytes;
        if (bytes !== null) failure = wrongBytes(cid, this.#name);
      } catch (error) {
        if (error.code === 'aborted') throw error;
        failure = asReplicationError(error, 'server', cid, { remote: this.#name });
      }
    }
    if (failure) throw failure;
    return null;
  }

  async #fromNode(cid, signal) {
    const seconds = Math.max(1, Math.floor(this.#api.patience / 2000));
    const url = callOf(this.#api, 'block/get', { arg: cid, timeout: `${seconds}s` });
    // 500: no node has it, as far as this one found out in time.
    const allow = [404, 500];
    const answer = await this.#api.http.post({ url, signal, limit: limitOf(), allow });
    return allow.includes(answer.status) ? null : answer.bytes;
  }

  async #fromGateway(gateway, cid, signal) {
    const url = new URL(resolve(gateway, `ipfs/${cid}`));
    url.searchParams.set('format', 'raw');
    const request = { url: url.href, cache: 'no-store', signal, limit: limitOf(), allow: ABSENT };
    const answer = await this.#http.get(request);
    return ABSENT.includes(answer.status) ? null : answer.bytes;
  }
}

const limitOf = () => ({ bytes: LARGEST_BLOCK, code: 'corrupt-car' });

const wrongBytes = (cid, remote) =>
  new ReplicationError('corrupt-car', `the bytes given for block ${cid} are others`, { remote });

/**
 * The address of a call of the RPC.
 *
 * @param {{ base: URL }} api
 * @param {string} method as 'block/put'
 * @param {Record<string, string>} options
 */
export function callOf({ base }, method, options) {
  const url = new URL(resolve(base, `api/v0/${method}`));
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, value);
  return url.href;
}

/** @template T, R @param {T[]} items @param {(item: T) => Promise<R>} work @returns {Promise<R[]>} in their order */
async function inTurns(items, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
