import { globalFetch } from './global-fetch.js';
import { HeaderSource } from './headers.js';
import { readBody } from './http-body.js';
import { errorOfStatus, retryAfterOf } from './http-status.js';
import { followed } from './redirects.js';
import { Repeats, pause } from './repeats.js';
import { Watch } from './watch.js';

/** Milliseconds without a byte after which a request is given up. */
const STALL = 30_000;

/**
 * Bytes a second that an upload is expected to make. How far it is cannot be seen, so its size decides how much
 * longer than the above the answer may take.
 */
const SLOWEST_UPLOAD = 16_000;

/** The most that an answer to an upload may say, which nobody reads. */
const UPLOAD_ANSWER = { bytes: 1024 * 1024, code: 'server' };

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
 * @property {string} [what] for messages, in place of the URL without its query, which may hold credentials
 * @property {Record<string, string>} [headers]
 * @property {RequestCache} [cache]
 * @property {AbortSignal} [signal]
 * @property {boolean} [once] a failure is not repeated here; default: see repeats.js
 * @property {{ bytes: number, code: string }} limit of the answer's body, and the error when it is larger
 * @property {number[]} allow statuses that are answers here, not errors, beside 2xx; their body is dropped
 * @property {(bytes: number, totalBytes: number | undefined) => void} [onProgress] of the answer's body
 *
 * @typedef {object} HttpAnswer
 * @property {number} status
 * @property {Headers} headers
 * @property {Uint8Array} bytes the body, empty for statuses in `allow`
 */

/** Requests to one remote, with its credentials. See connector.js for how failures are reported. */
export class HttpClient {
  #remote;
  #fetch;
  #headers;
  #stall;
  #repeats = new Repeats();

  /** @param {HttpOptions} options */
  constructor({ remote, fetch = globalFetch, headers, getHeaders, stall = STALL }) {
    this.#remote = remote;
    // Browsers refuse to run fetch as a method of another object.
    this.#fetch = (url, options) => fetch(url, options);
    this.#headers = new HeaderSource({ remote, headers, getHeaders });
    this.#stall = stall;
  }

  /**
   * @param {HttpRequest} request
   * @returns {Promise<HttpAnswer>}
   * @throws {ReplicationError}
   */
  get(request) {
    return this.#exchange(request, this.#stall);
  }

  /**
   * Asks for the status and headers only, once: whoever is refused it has a GET to fall back on.
   *
   * @param {Omit<HttpRequest, 'limit' | 'onProgress' | 'once'>} request
   * @returns {Promise<HttpAnswer>}
   * @throws {ReplicationError}
   */
  head(request) {
    return this.#exchange({ ...request, method: 'HEAD', once: true }, this.#stall);
  }

  /**
   * Follows no redirect: at its end a GET could succeed that stores nothing.
   *
   * @param {Omit<HttpRequest, 'limit' | 'onProgress'> & { body: Uint8Array, type?: string }} request `type` goes as
   *   Content-Type, unless the application gives one
   * @returns {Promise<HttpAnswer>}
   * @throws {ReplicationError}
   */
  put(request) {
    const patience = this.#stall + 1000 * Math.floor(request.body.length / SLOWEST_UPLOAD);
    const upload = { ...request, method: 'PUT', redirect: 'manual', limit: UPLOAD_ANSWER };
    return this.#exchange(upload, patience);
  }

  /**
   * @param {HttpRequest & { body: BodyInit, size?: number }} request `size`: bytes of the body
   * @returns {Promise<HttpAnswer>}
   * @throws {ReplicationError}
   */
  post({ size = 0, ...request }) {
    const patience = this.#stall + 1000 * Math.floor(size / SLOWEST_UPLOAD);
    return this.#exchange({ ...request, method: 'POST', redirect: 'manual' }, patience);
  }

  async #exchange(request, stall) {
    const { once = false, body, signal } = request;
    for (let tries = 1; ; tries++) {
      const seen = { status: undefined };
      try {
        const answer = await this.#try(request, stall, seen);
        this.#repeats.succeeded();
        return answer;
      } catch (error) {
        const more = { tries, status: seen.status, size: body?.length ?? 0 };
        const wait = this.#repeats.failed(error, more);
        if (wait === null || once) throw error;
        await pause(wait, signal);
      }
    }
  }

  /** @param {{ status?: number }} seen gets the status of the answer */
  async #try(request, stall, seen) {
    const { url, what = withoutQuery(url), signal } = request;
    const watch = new Watch({ remote: this.#remote, what, stall, signal });
    try {
      const given = this.#headers.get();
      let response = await this.#send(request, await watch.next(given), watch);
      if ([401, 403].includes(response.status) && this.#headers.canRenew) {
        drop(response);
        const renewed = this.#headers.get(given);
        response = await this.#send(request, await watch.next(renewed), watch);
      }
      seen.status = response.status;
      return await this.#receive(response, request, watch);
    } catch (error) {
      throw watch.explain(error, 'offline');
    } finally {
      watch.close();
    }
  }

  #send({ url, headers, method, body, type, redirect, cache }, credentials, watch) {
    const { signal } = watch;
    const send = (place, given, how) => {
      const options = { method, body, redirect: how, cache, signal };
      // The names of the application's headers are in lower case by now, so its own type wins.
      const all = { ...(type && { 'content-type': type }), ...given, ...headers };
      return watch.next(this.#fetch(place, { ...options, headers: all }));
    };
    // The platform would follow with every header but Authorization, and some platforms with that as well.
    const isOwn = redirect === undefined && Object.keys(credentials).length > 0;
    return isOwn ? followed(send, url, credentials) : send(url, credentials, redirect);
  }

  async #receive(response, request, watch) {
    const { status, headers } = response;
    const { url, what = withoutQuery(url) } = request;
    const remote = this.#remote;
    if (response.ok && request.method === 'HEAD') {
      return { status, headers, bytes: new Uint8Array(0) };
    }
    if (response.ok) {
      return {
        status,
        headers,
        bytes: await readBody(response, { ...request, url: what, remote }, watch),
      };
    }
    drop(response);
    if (request.allow.includes(status)) return { status, headers, bytes: new Uint8Array(0) };
    throw errorOfStatus(status, { remote, what, retryAfter: retryAfterOf(headers) });
  }
}

/** @param {string} url absolute */
const withoutQuery = (url) => url.replace(/[?#].*$/s, '');

/**
 * Ends an answer whose body nobody wants.
 * @param {Response} response
 */
function drop(response) {
  response.body?.cancel().catch(() => {});
}
