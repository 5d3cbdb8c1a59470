import { ReplicationError } from '../errors.js';
import { areSame } from './bytes.js';
import { pause } from './repeats.js';

/** Bytes. A CAR up to this is always read back. */
const SMALL = 64 * 1024;

/** Of those that are larger each one in so many is, the first included. */
const SAMPLE = 8;

/** Milliseconds until the second look, since some places show what was stored a moment later. */
const SECOND_LOOK = 1000;

/** Evidence about uploads through functions, which tell nothing but that they have ended. */
export class ReadBack {
  #remote;
  #large = 0;

  /** @param {string} remote the connector's name, for errors */
  constructor(remote) {
    this.#remote = remote;
  }

  /** Whether an upload is to be checked. @param {number} size bytes */
  isDue(size) {
    return size <= SMALL || this.#large++ % SAMPLE === 0;
  }

  /**
   * @param {{ cid: string, bytes: Uint8Array, read: () => Promise<Uint8Array | null>, signal?: AbortSignal }} upload
   * @throws {ReplicationError} `server`, retryable: something else comes back, or nothing
   */
  async check({ cid, bytes, read, signal }) {
    const isThere = (found) => found !== null && areSame(found, bytes);
    if (isThere(await read())) return;
    await pause(SECOND_LOOK, signal);
    const found = await read();
    if (isThere(found)) return;
    const what = found === null ? 'nothing' : `${found.length} other bytes`;
    const message = `upload of ${cid}: ${bytes.length} bytes were uploaded, but ${what} came back`;
    throw new ReplicationError('server', message, { remote: this.#remote, retryable: true });
  }
}
