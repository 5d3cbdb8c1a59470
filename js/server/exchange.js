import { watched } from './watched-stream.js';

/** Characters of a path that names no object, and of the reason of a failure, that are logged. */
const LONGEST_TEXT = 200;

/**
 * What is logged of a request and its answer, never a token, a header or a query.
 *
 * @typedef {object} LogEntry
 * @property {string} time at which it came, ISO 8601
 * @property {string} method
 * @property {'data' | 'file' | 'meta' | null} kind of the object; null: the path names none
 * @property {string | null} database name
 * @property {string | null} object name of its file
 * @property {string} [path] if it names no object, up to 200 characters
 * @property {number} status
 * @property {number} received bytes of the body of the request that were read
 * @property {number} sent bytes of the body of the answer
 * @property {number} ms until all of the answer was handed over
 * @property {string | null} token its name
 * @property {true} [cut] the answer was not sent to its end
 * @property {string} [error] why the server failed
 */

/** One request, from its arrival to the end of its answer. */
export class Exchange {
  /** @type {import('./object-key.js').ObjectKey | null} */
  key = null;
  /** Name of the token. @type {string | null} */
  token = null;
  /** @type {string | undefined} */
  error = undefined;
  #received = 0;
  #request;
  #start = performance.now();
  #time = new Date();

  /** @param {Request} request */
  constructor(request) {
    this.#request = request;
  }

  /** Notes why the server failed. @param {unknown} error */
  failed(error) {
    const { code, message } = /** @type {any} */ (error);
    this.error = `${code === undefined ? '' : `${code}: `}${message}`.slice(0, LONGEST_TEXT);
  }

  /**
   * The body of the request; it breaks off when no byte comes for `stall` milliseconds.
   * @param {number} stall
   */
  body(stall) {
    const { body } = this.#request;
    const onBytes = (bytes) => (this.#received += bytes);
    return body && watched(body, { onBytes, stall });
  }

  /**
   * @param {Response} response
   * @param {(entry: LogEntry) => void} log called once, when the answer has been handed over
   * @returns {Response} to send in its place
   */
  logged(response, log) {
    let sent = 0;
    const end = (isWhole) => {
      const entry = this.#entry({ status: response.status, sent, isWhole });
      try {
        log(entry);
      } catch {
        // A log that fails is no reason to fail.
      }
    };
    if (response.body === null) {
      end(true);
      return response;
    }
    const onBytes = (bytes) => (sent += bytes);
    const { status, headers } = response;
    return new Response(watched(response.body, { onBytes, onEnd: end }), { status, headers });
  }

  #entry({ status, sent, isWhole }) {
    const { key } = this;
    const path = key ? {} : { path: new URL(this.#request.url).pathname.slice(0, LONGEST_TEXT) };
    return {
      time: this.#time.toISOString(),
      method: this.#request.method,
      kind: key?.kind ?? null,
      database: key?.database ?? null,
      object: key?.file ?? null,
      ...path,
      status,
      received: this.#received,
      sent,
      ms: Math.round((performance.now() - this.#start) * 10) / 10,
      token: this.token,
      ...(isWhole ? {} : { cut: true }),
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }
}
