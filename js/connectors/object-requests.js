import { isReplicationError } from '../errors.js';
import { resolve } from './base-url.js';

/** Statuses that mean that there is no such object. */
export const ABSENT = [404, 410];

/** Errors that are an answer of the remote, if not the one that was hoped for. */
const ANSWERS = ['server', 'unauthorized', 'forbidden', 'conflict', 'quota-exceeded'];

/**
 * Requests for single objects, by their paths (paths.js).
 *
 * @typedef {object} Looked
 * @property {number} [size] bytes, if the remote tells it
 * @property {string} [etag]
 * @property {Uint8Array} [bytes] where it had to be fetched
 */
export class ObjectRequests {
  #base;
  #http;
  #isFresh;
  /** Whether the remote answers HEAD as it should; false: it was found not to. @type {boolean | undefined} */
  #answersHead;

  /**
   * @param {object} options
   * @param {URL} options.base under which the objects lie, from `baseUrl`
   * @param {import('./http.js').HttpClient} options.http
   * @param {boolean} [options.fresh] looks at addresses that no cache on the way has seen
   */
  constructor({ base, http, fresh = false }) {
    this.#base = base;
    this.#http = http;
    this.#isFresh = fresh;
  }

  /** For messages, without the query. @param {string} path */
  describe(path) {
    return resolve(this.#base, path).replace(/\?.*$/s, '');
  }

  /**
   * @param {string} path
   * @param {Uint8Array} body
   * @param {{ type: string, headers?: Record<string, string>, allow?: number[], signal?: AbortSignal, once?: boolean }}
   *   options see HttpRequest
   */
  put(path, body, { allow = [], ...options }) {
    return this.#http.put({ url: resolve(this.#base, path), body, allow, ...options });
  }

  /**
   * Fetches an object.
   *
   * @param {string} path
   * @param {{ limit: { bytes: number, code: string }, signal?: AbortSignal }} options
   * @returns {Promise<{ bytes: Uint8Array, size: number, etag?: string } | null>} null: there is none
   */
  async read(path, { limit, signal }) {
    const request = { url: this.#urlOf(path), cache: 'no-store', limit, allow: ABSENT, signal };
    const { status, headers, bytes } = await this.#http.get(request);
    if (ABSENT.includes(status)) return null;
    return { bytes, size: bytes.length, etag: headers.get('etag') ?? undefined };
  }

  /**
   * What there is at a path. A remote that does not answer HEAD as it should is asked with GET, now and from then on.
   *
   * @param {string} path
   * @param {{ limit: { bytes: number, code: string }, signal?: AbortSignal }} options
   * @returns {Promise<Looked | null>} null: nothing
   */
  async look(path, { limit, signal }) {
    const head = this.#answersHead === false ? 'refused' : await this.#head(path, signal);
    if (typeof head === 'object') return head;
    if (head === 'none' && this.#answersHead) return null;
    const found = await this.read(path, { limit, signal });
    // That there is nothing says nothing of HEAD.
    if (head === 'refused' || found !== null) this.#answersHead = false;
    return found;
  }

  /** @returns {Promise<Looked | 'none' | 'refused'>} */
  async #head(path, signal) {
    const request = { url: this.#urlOf(path), cache: 'no-store', allow: ABSENT, signal };
    try {
      const { status, headers } = await this.#http.head(request);
      if (ABSENT.includes(status)) return 'none';
      this.#answersHead = true;
      return { size: sizeOf(headers), etag: headers.get('etag') ?? undefined };
    } catch (error) {
      if (isReplicationError(error) && ANSWERS.includes(error.code)) return 'refused';
      throw error;
    }
  }

  #urlOf(path) {
    const url = new URL(resolve(this.#base, path));
    // As Fireproof 0.14 asks for metas.
    if (this.#isFresh) url.searchParams.set('cache', String(Math.floor(Math.random() * 1_000_000)));
    return url.href;
  }
}

/** Of a compressed body the compressed size is told. @param {Headers} headers */
function sizeOf(headers) {
  const length = headers.get('content-length');
  const isWhole = length !== null && /^\d+$/.test(length) && !headers.has('content-encoding');
  return isWhole ? Number(length) : undefined;
}
