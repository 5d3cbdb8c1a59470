import { ReplicationError, asReplicationError } from '../errors.js';
import { RETRY, backoff } from './backoff.js';

/** Tries of what may be a passing fault of one object: its bytes are damaged, or it is not there yet. */
const DOUBTFUL_TRIES = 5;

/** Codes that say something about one object, not about the way to the remote. */
const DOUBTFUL = new Set(['corrupt-car', 'corrupt-meta', 'not-found']);

/**
 * Repeats what fails, for one remote: the package asks once, and takes a failure for an end. Everything that is
 * waiting here ends with `close`.
 */
export class Patience {
  #retry;
  #random;
  #onError;
  #closing = new AbortController();

  /**
   * @param {object} [options]
   * @param {{ first: number, longest: number }} [options.retry] milliseconds, default 0.5 s and 60 s
   * @param {() => number} [options.random]
   * @param {(error: ReplicationError) => void} [options.onError] hears of each failure that is tried again
   */
  constructor({ retry = RETRY, random = Math.random, onError = () => {} } = {}) {
    this.#retry = retry;
    this.#random = random;
    this.#onError = onError;
  }

  get isClosed() {
    return this.#closing.signal.aborted;
  }

  /** Fires at the end: for requests. */
  get signal() {
    return this.#closing.signal;
  }

  /** @param {number} failures in a row @param {ReplicationError} error of the last one */
  delayAfter(failures, error) {
    const atLeast = error.retryAfter ?? 0;
    return backoff(failures, { retry: this.#retry, random: this.#random, atLeast });
  }

  /** A random time within bounds. @returns {number} milliseconds */
  between(least, most) {
    return least + this.#random() * (most - least);
  }

  report(error) {
    this.#onError(error);
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>} when it succeeds at last
   * @throws {ReplicationError} `closed`; or what is wrong with an object that was damaged or missing five times
   */
  async insist(work) {
    let doubtful = 0;
    for (let failures = 1; ; failures++) {
      this.#checkOpen();
      try {
        return await work();
      } catch (caught) {
        this.#checkOpen();
        const error = asReplicationError(caught, 'server', 'replication');
        if (DOUBTFUL.has(error.code) && ++doubtful >= DOUBTFUL_TRIES) throw error;
        this.#onError(error);
        await this.sleep(this.delayAfter(failures, error));
      }
    }
  }

  /** @param {number} milliseconds less if `close` comes first */
  sleep(milliseconds) {
    const { signal } = this;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }

  close() {
    this.#closing.abort();
  }

  #checkOpen() {
    if (this.isClosed) throw new ReplicationError('closed', 'the adapter was closed');
  }
}
