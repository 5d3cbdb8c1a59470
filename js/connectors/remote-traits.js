import { isReplicationError } from '../errors.js';
import { sha256 } from './digest.js';
import { carPath } from './paths.js';

/**
 * The object that a remote is tried with: a CAR without roots and blocks, 18 bytes, under its own name. It stays there; nobody
 * needs it, and nothing names it.
 */
const PROBE = {
  cid: 'bafkreibf6atc6tvca7wv2wgmyvxdxvsuim2dv2ftlivszeviwqm7ve6inq',
  bytes: Uint8Array.from('\x11\xa2eroots\x80gversion\x01', (character) => character.charCodeAt(0)),
};

/** An ETag that no object has. */
const NO_ETAG = '"00000000000000000000000000000000"';

/** Statuses that say that a condition did not hold. 404 and 410, with If-Match: there is no such object. */
export const REFUSED = [409, 412];
export const REFUSED_MATCH = [...REFUSED, 404, 410];

/** That requests with conditions are not known there. */
export const UNSUPPORTED = 501;

/** Milliseconds after which a remote that could not be tried is tried again. */
const AGAIN = 60_000;

/** Whether the remote has refused a request for what it is, not for the moment. @param {unknown} error */
export const isRefusal = (error) =>
  isReplicationError(error) && error.code === 'server' && !error.retryable;

/** What a remote makes of digests and conditions, found out with a small object of its own and remembered. */
export class RemoteTraits {
  #objects;
  #path;
  #digest;
  /** @type {Promise<boolean> | null} */
  #checking = null;
  /** When a try failed, and the next is due. */
  #askAgainAt = -Infinity;
  #isPlaced = false;
  #hasStored = false;
  /** @type {Promise<import('./connector.js').Conditions> | null} */
  #conditions = null;

  /**
   * @param {object} options
   * @param {import('./object-requests.js').ObjectRequests} options.objects
   * @param {import('./connector.js').Database} options.database
   * @param {import('./digest.js').DigestHeader} options.digest the header that may be checked
   */
  constructor({ objects, database, digest }) {
    this.#objects = objects;
    this.#path = carPath(database, 'data', PROBE.cid);
    this.#digest = digest;
  }

  /** The remote has stored something, so that it can be tried what it refuses. */
  noteStored() {
    this.#hasStored = true;
  }

  /**
   * Whether the remote refuses a body that does not have the digest that was sent with it, so that what it takes is what was
   * sent. Found out once, after a first upload: a remote that fails is not bothered with it.
   *
   * @param {AbortSignal} [signal]
   * @returns {Promise<boolean>} false also if that cannot be found out now
   */
  async checksDigests(signal) {
    if (!this.#hasStored || performance.now() < this.#askAgainAt) return false;
    this.#checking ??= this.#tryDigests(signal);
    const checking = this.#checking;
    try {
      return await checking;
    } catch (error) {
      if (this.#checking === checking) this.#checking = null;
      if (signal?.aborted) throw error;
      if (!isReplicationError(error) || error.code !== 'aborted')
        this.#askAgainAt = performance.now() + AGAIN;
      return false;
    }
  }

  async #tryDigests(signal) {
    const right = await sha256(PROBE.bytes);
    if (right === null) return false;
    const wrong = right.map((byte) => byte ^ 0xff);
    if (!(await this.#isRefused(wrong, signal))) {
      this.#isPlaced = true;
      return false;
    }
    // It may be the header that it refuses, or the object.
    if (await this.#isRefused(right, signal)) return false;
    this.#isPlaced = true;
    return true;
  }

  async #isRefused(digest, signal) {
    try {
      await this.#put({ headers: this.#digest(digest), signal });
      return false;
    } catch (error) {
      if (isRefusal(error)) return true;
      throw error;
    }
  }

  /**
   * @param {AbortSignal} [signal]
   * @param {{ anew?: boolean }} [options] finds it out again
   * @returns {Promise<import('./connector.js').Conditions>} rejects if that cannot be found out now
   */
  async conditions(signal, { anew = false } = {}) {
    if (anew) this.#conditions = null;
    this.#conditions ??= this.#tryConditions(signal);
    const asked = this.#conditions;
    try {
      return await asked;
    } catch (error) {
      if (this.#conditions === asked) this.#conditions = null;
      throw error;
    }
  }

  async #tryConditions(signal) {
    if (!this.#isPlaced) await this.#put({ signal });
    this.#isPlaced = true;
    return {
      absent: await this.#tryCondition({ 'If-None-Match': '*' }, signal),
      match: await this.#tryCondition({ 'If-Match': NO_ETAG }, signal),
    };
  }

  /** The same object was taken without a condition, so what is refused now is the condition. */
  async #tryCondition(headers, signal) {
    try {
      const { status } = await this.#put({
        headers,
        allow: [...REFUSED_MATCH, UNSUPPORTED],
        signal,
      });
      if (status === UNSUPPORTED) return 'unsupported';
      return REFUSED_MATCH.includes(status) ? 'honoured' : 'ignored';
    } catch (error) {
      if (isRefusal(error)) return 'unsupported';
      throw error;
    }
  }

  #put(options) {
    const type = 'application/vnd.ipld.car';
    return this.#objects.put(this.#path, PROBE.bytes, { type, once: true, ...options });
  }
}
