import { ReplicationError } from '../errors.js';
import { HeaderSource } from './headers.js';
import { errorOfStatus, parseRetryAfter } from './http-status.js';
import { Watch } from './watch.js';

/** Milliseconds without a byte after which a request is given up. */
const STALL = 30_000;

/**
 * @typedef {object} HttpOptions
 * @property {string} remote the connector's name, for errors
 * @property {typeof globalThis.fetch} [fetch] used instead of the global one
 * @property {Record<string, string>} [headers] sent with each request
 * @property {(reason: 'request' | 'unauthorized') => any} [getHeaders] see HeaderSource
 * @property {number} [stall] milliseconds without a byte, default 30 s
 *
 * @typedef {object} HttpRequest
 * @property {string} url
 * @property {Record<string, string>} [headers]
 * @property {RequestCache} [cache]
 * @property {AbortSignal} [signal]
 * @property {{ bytes: number, code: string }} limit of the body, and the error when it is larger
 * @property {number[]} allow statuses that are answers here, not errors, beside 2xx; their body is dropped
 * @property {(bytes: number, totalBytes: number | undefined) => void} [onProgress]
 *
 * @typedef {object} HttpAnswer
 * @property {number} status
 * @property {Headers} headers
 * @property {Uint8Array} bytes the body, empty for statuses in `allow`
 */

/** GET requests to one remote, with its credentials. See connector.js for how failures are reported. */
export class HttpClient {
  #remote;
  #fetch;
  #headers;
  #stall;

  /** @param {HttpOptions} options */
  constructor({ remote, fetch, headers, getHeaders, stall = STALL }) {
    this.#remote = remote;
    // Browsers refuse to run fetch as a method of another object, hence the arrow functions.
    this.#fetch = fetch
      ? (url, options) => fetch(url, options)
      : (url, options) => globalThis.fetch(url, options);
    this.#headers = new HeaderSource({ remote, headers, getHeaders });
    this.#stall = stall;
  }

  /**
   * @param {HttpRequest} request
   * @returns {Promise<HttpAnswer>}
   * @throws {ReplicationError}
   */
  async get(request) {
    const { url: what, signal } = request;
    const watch = new Watch({ remote: this.#remote, what, stall: this.#stall, signal });
    try {
      const given = this.#headers.get();
      let response = await this.#send(request, await watch.next(given), watch);
      if ([401, 403].includes(response.status) && this.#headers.canRenew) {
        drop(response);
        const renewed = this.#headers.get(given);
        response = await this.#send(request, await watch.next(renewed), watch);
      }
      return await this.#receive(response, request, watch);
    } catch (error) {
      throw watch.explain(error, 'offline');
    } finally {
      watch.close();
    }
  }

  #send({ url, headers, cache }, credentials, watch) {
    const options = { headers: { ...credentials, ...headers }, cache, signal: watch.signal };
    return watch.next(this.#fetch(url, options));
  }

  async #receive(response, request, watch) {
    const { status, headers } = response;
    if (response.ok) return { status, headers, bytes: await this.#body(response, request, watch) };
    drop(response);
    if (request.allow.includes(status)) return { status, headers, bytes: new Uint8Array(0) };
    const retryAfter = parseRetryAfter(headers.get('retry-after'), Date.now());
    throw errorOfStatus(status, { remote: this.#remote, what: request.url, retryAfter });
  }

  /** Reads the body as it comes, and no further than the limit. */
  async #body(response, { url, limit, onProgress }, watch) {
    const total = totalOf(response.headers);
    if (response.body === null) return new Uint8Array(0);
    const reader = response.body.getReader();
    const parts = [];
    let received = 0;
    try {
      for (;;) {
        if (Math.max(received, total ?? 0) > limit.bytes) {
          const message = `${url} is larger than ${limit.bytes} bytes`;
          const details = { remote: this.#remote, retryable: false };
          throw new ReplicationError(limit.code, message, details);
        }
        const { done, value } = await watch.next(reader.read());
        if (done) return join(parts, received);
        parts.push(value);
        received += value.length;
        onProgress?.(received, received <= total ? total : undefined);
      }
    } catch (error) {
      reader.cancel().catch(() => {});
      throw error;
    }
  }
}

/**
 * Ends an answer whose body nobody wants.
 * @param {Response} response
 */
function drop(response) {
  response.body?.cancel().catch(() => {});
}

/**
 * @param {Headers} headers
 * @returns {number | undefined} bytes that the body will have, if that is told
 */
function totalOf(headers) {
  const length = headers.get('content-length');
  // Of a compressed body the compressed length is told.
  if (length === null || headers.has('content-encoding') || !/^\d+$/.test(length)) return undefined;
  return Number(length);
}

/**
 * @param {Uint8Array[]} parts
 * @param {number} length of all together, bytes
 */
function join(parts, length) {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
