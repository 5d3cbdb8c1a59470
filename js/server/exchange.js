import { watched } from './watched-stream.js';

/** Characters of a path that names no object, and of the reason of a failure, that are logged. */
const LONGEST_TEXT = 200;

/**
 * What is logged of a request and its answer, never a token, a header or a query.
 *
 * @typedef {object} LogEntry
 * @property {string} time at which it came, ISO 8601
 * @property {string | null} method null: HTTP refused what came before it was a request, for the reason in `error`
 * @property {'data' | 'file' | 'meta' | null} kind of the object; null: the path names none
 * @property {string | null} database name
 * @property {string | null} object name of its file
 * @property {string} [path] if it names no object, up to 200 characters
 * @property {number | null} status null: there was no answer
 * @property {number} received bytes of the body of the request that were read
 * @property {number} sent bytes of the body of the answer
 * @property {number} ms until all of the answer was handed over
 * @property {string | null} token its name
 * @property {string | null} client address of who asked
 * @property {number} [times] that the same was refused within the last second
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

  /** @param {import('./plain-request.js').PlainRequest} request */
  constructor(request) {
    this.#request = request;
  }

  /** Notes why the server failed. @param {unknown} error */
  failed(error) {
    const { code, message } = /** @type {any} */ (error);
    this.error = `${code === undefined ? '' : `${code}: `}${message}`.slice(0, LONGEST_TEXT);
  }

  /**
   * The body of the request; it breaks off when its bytes come too slowly, see watched-stream.js.
   * @param {{ stall: number, slowest: number }} pace
   */
  body(pace) {
    const body = this.#request.body();
    const onBytes = (bytes) => (this.#received += bytes);
    return body && watched(body, { onBytes, ...pace });
  }

  /**
   * @param {import('./answer.js').Answer} answer
   * @param {object} ears each called once, when the answer has been handed over
   * @param {import('./metrics.js').Metrics} ears.metrics
   * @param {(entry: LogEntry) => void} [ears.log]
   * @returns {import('./answer.js').Answer} to send in its place
   */
  ending(answer, { metrics, log }) {
    const { status, body } = answer;
    let sent = 0;
    const end = (isWhole) => {
      const { method } = this.#request;
      const ms = performance.now() - this.#start;
      metrics.request({ method, status, received: this.#received, sent, ms });
      log?.(this.#entry({ status, sent, ms, isWhole }));
    };
    if (body === null || ArrayBuffer.isView(body)) {
      sent = body?.length ?? 0;
      end(true);
      return answer;
    }
    const onBytes = (bytes) => (sent += bytes);
    return { ...answer, body: watched(body, { onBytes, onEnd: end }) };
  }

  #entry({ status, sent, ms, isWhole }) {
    const { key } = this;
    const path = key ? {} : { path: this.#request.path.slice(0, LONGEST_TEXT) };
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
      ms: Math.round(ms * 10) / 10,
      token: this.token,
      client: this.#request.client,
      ...(isWhole ? {} : { cut: true }),
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }
}
