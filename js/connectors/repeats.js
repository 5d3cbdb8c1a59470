/**
 * Requests that fail in passing are made again at once, a few times, so that one failure does not cost a whole round with
 * its backoff. A remote that is down is left to the engine, which waits longer and longer.
 */

/** Times that a request is made before its failure counts. */
const TRIES = 3;

/** Failures in a row, of all requests to a remote, after which each is made only once: it is down, or out of reach. */
const DOWN = 5;

/** Milliseconds; a wait is random, up to this before the second try, up to twice that before the third. */
const FIRST_WAIT = 150;

/** Milliseconds that a remote may ask to wait here. Whoever asks for longer is left to the engine. */
const LONGEST_WAIT = 2000;

/** Bytes. What is larger costs too much to be sent again without the engine's backoff. */
const LARGEST = 8 * 1024 * 1024;

/** Statuses that are failures, but of a kind that lasts: too many requests, not implemented. */
const LASTING = [429, 501];

/** When a request to one remote is repeated. */
export class Repeats {
  #failuresInRow = 0;

  /** A request was answered. */
  succeeded() {
    this.#failuresInRow = 0;
  }

  /**
   * A request has failed.
   *
   * @param {import('../errors.js').ReplicationError} error
   * @param {object} request
   * @param {number} request.tries how often it was made by now
   * @param {number | undefined} request.status of its answer, if that is known
   * @param {number} request.size bytes of its body
   * @returns {number | null} milliseconds to wait before it is made again; null: it is not
   */
  failed(error, { tries, status, size }) {
    const isPassing = error.code === 'offline' || (error.code === 'server' && error.retryable);
    if (!isPassing) {
      if (error.code !== 'aborted' && error.code !== 'timeout') this.#failuresInRow = 0;
      return null;
    }
    this.#failuresInRow += 1;
    if (tries >= TRIES || this.#failuresInRow >= DOWN) return null;
    if (size > LARGEST || LASTING.includes(status)) return null;
    const asked = error.retryAfter ?? 0;
    if (asked > LONGEST_WAIT) return null;
    return asked + Math.random() * FIRST_WAIT * 2 ** (tries - 1);
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal] ends it early, without an error
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
