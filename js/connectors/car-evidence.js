import { ReplicationError } from '../errors.js';
import { parseCarCid } from '../server/car-cid.js';
import { LARGEST_CAR } from './connector.js';
import { sha256 } from './digest.js';
import { opaqueOf } from './etags.js';
import { areSame } from './bytes.js';
import { md5 } from './md5.js';

/**
 * What tells that a remote has the bytes of a CAR. A status does not: bodies are cut, swallowed by what stands in between,
 * and answered with 2xx.
 *
 * @typedef {'digest' | 'md5' | 'size' | 'bytes'} Evidence digest: the remote compared it, see RemoteTraits. md5: its ETag is
 *   that of our bytes. size: it tells their number. bytes: they were read back
 */

/** Bytes. A CAR that was there already, of our size, is read back up to this; of a larger one the size tells enough. */
export const READ_BACK = 1024 * 1024;

const limit = { bytes: LARGEST_CAR, code: 'corrupt-car' };

/** How an encrypted CAR of 0.24 begins, and 32 bytes before it ends (format page 0.24, section 4.2). */
const BEGIN = [0xa3, 0x62, 0x69, 0x76, 0x4c];
const END = [0x65, 0x6b, 0x65, 0x79, 0x49, 0x64, 0x58, 0x20];

/** Evidence about the CARs at one remote. */
export class CarEvidence {
  #objects;
  #remote;
  /** False: its ETags have the look of MD5, and are none. */
  #tagsAreMd5 = true;

  /** @param {{ objects: import('./object-requests.js').ObjectRequests, remote: string }} options `remote`: for errors */
  constructor({ objects, remote }) {
    this.#objects = objects;
    this.#remote = remote;
  }

  /**
   * Finds evidence for an upload that was answered with success.
   *
   * @param {string} path
   * @param {Uint8Array} bytes
   * @param {{ status: number, signal?: AbortSignal }} answer
   * @returns {Promise<Evidence>}
   * @throws {ReplicationError} `server`, retryable: something else is there, or nothing
   */
  async confirm(path, bytes, { status, signal }) {
    const found = await this.#objects.look(path, { limit, signal });
    const told = found && this.#judge(found, bytes);
    if (told) return told;
    // What HEAD says may be wrong, so what was not found well is read.
    const read = found?.bytes ? found : await this.#objects.read(path, { limit, signal });
    if (read !== null && areSame(read.bytes, bytes)) {
      if (isMd5(found?.etag)) this.#tagsAreMd5 = false;
      return 'bytes';
    }
    const what = read === null ? 'nothing is there' : `other bytes are there, ${read.size}`;
    throw new ReplicationError(
      'server',
      `${this.#objects.describe(path)}: an upload of ${bytes.length} bytes was answered ${status}, but ${what}`,
      { remote: this.#remote, retryable: true },
    );
  }

  /** @returns {Evidence | null} what a look tells in favour of our bytes */
  #judge({ size, etag, bytes: fetched }, bytes) {
    if (fetched || size !== bytes.length) return null;
    if (!this.#tagsAreMd5 || !isMd5(etag)) return 'size';
    return md5(bytes) === opaqueOf(etag) ? 'md5' : null;
  }

  /**
   * Looks at the object that stands in the way of an upload.
   *
   * @param {string} path
   * @param {{ cid: string, bytes: Uint8Array, status: number, signal?: AbortSignal }} upload `status`: that of its refusal
   * @returns {Promise<{ is: 'ours' } | { is: 'other' } | { is: 'damaged', etag?: string }>} other: whole, for all that can be
   *   seen without its key. damaged: no CAR of this name; of an encrypted one, the beginning that an upload left that was cut off
   * @throws {ReplicationError} `conflict`: there is nothing
   */
  async examine(path, { cid, bytes, status, signal }) {
    const found = await this.#objects.look(path, { limit, signal });
    const told = found && this.#judge(found, bytes);
    if (told === 'md5' || (told === 'size' && bytes.length > READ_BACK)) return { is: 'ours' };
    const read = found?.bytes ? found : await this.#objects.read(path, { limit, signal });
    if (read === null) {
      const message = `${this.#objects.describe(path)}: the remote answered ${status}, but nothing is there: another upload of it is under way, or its folder is missing`;
      throw new ReplicationError('conflict', message, { remote: this.#remote });
    }
    if (areSame(read.bytes, bytes)) return { is: 'ours' };
    return (await isDamaged(read.bytes, { cid, bytes }))
      ? { is: 'damaged', etag: read.etag ?? found?.etag }
      : { is: 'other' };
  }

  /**
   * Whether there is a CAR of a name. One without a byte is none: some servers keep that of an upload that was cut off. Nor is
   * the beginning of one, which is told if our bytes are given.
   *
   * @param {string} path
   * @param {{ cid: string, bytes?: Uint8Array, signal?: AbortSignal }} question
   * @returns {Promise<boolean>}
   */
  async has(path, { cid, bytes, signal }) {
    const found = await this.#objects.look(path, { limit, signal });
    if (found === null || found.size === 0) return false;
    if (!bytes || found.size >= bytes.length) return true;
    const read = found.bytes ? found : await this.#objects.read(path, { limit, signal });
    return read !== null && !(await isDamaged(read.bytes, { cid, bytes }));
  }
}

/**
 * Whether stored bytes are no CAR of a name. A public one, and each of 0.14, is named by its very bytes. An encrypted one of
 * 0.24 is not: there, other bytes may be another device's, and only what is shorter than ours and was cut off is damaged.
 *
 * @param {Uint8Array} stored
 * @param {{ cid: string, bytes: Uint8Array }} ours
 */
async function isDamaged(stored, { cid, bytes }) {
  if (areSame(stored, bytes)) return false;
  const digest = parseCarCid(cid)?.digest;
  const own = await sha256(bytes);
  if (digest && own && areSame(digest, own)) return true;
  if (stored.length >= bytes.length) return false;
  return !isEnvelope(stored) || areSame(stored, bytes.subarray(0, stored.length));
}

/** Whether an encrypted CAR is there to its end. @param {Uint8Array} stored */
function isEnvelope(stored) {
  const end = stored.subarray(-END.length - 32);
  return (
    BEGIN.every((byte, at) => stored[at] === byte) && END.every((byte, at) => end[at] === byte)
  );
}

/** @param {string | undefined} etag */
const isMd5 = (etag) => etag !== undefined && /^[0-9a-f]{32}$/.test(opaqueOf(etag));
