import { ReplicationError, asReplicationError } from '../errors.js';
import { RETRY, backoff } from './backoff.js';

/** Tries of what may be a passing fault of one object: its bytes are damaged, or it is not there yet. */
const DOUBTFUL_TRIES = 5;

/** Milliseconds that a remote may ask to wait. A nonsensical Retry-After would stop it for ever, or overflow a timer. */
const LONGEST_ASKED = 10 * 60_000;

/** Codes of failures of the remote, or of the way to it: nothing else is tried there meanwhile. */
const OF_THE_REMOTE = new Set(['offline', 'timeout', 'unauthorized', 'server']);

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
  /** Of the remote, in a row. */
  #failures = 0;
  #due = -Infinity;
  /** The one that is made after a failure, to see whether the remote is back. @type {Promise<void> | null} */
  #trial = null;

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
    const atLeast = Math.min(error.retryAfter ?? 0, LONGEST_ASKED);
    return backoff(failures, { retry: this.#retry, random: this.#random, atLeast });
  }

  /** Whether the last request to the remote has failed, so that only one is made at a time. */
  get isDoubting() {
    return this.#failures > 0;
  }

  /** Before when nothing may be asked of the remote, as `performance.now()` counts. */
  get due() {
    return this.#due;
  }

  /** A request has succeeded. */
  succeeded() {
    this.#failures = 0;
  }

  /** A request has failed. All that wait for the remote share one backoff. @param {ReplicationError} error */
  failed(error) {
    const now = performance.now();
    // One object may be refused for good, which says nothing of the others.
    const isOfObject = error.code === 'server' && !error.retryable;
    if (!OF_THE_REMOTE.has(error.code) || isOfObject || this.#due > now) return;
    this.#failures += 1;
    this.#due = now + this.delayAfter(this.#failures, error);
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
      try {
        return await this.#inTurn(work);
      } catch (caught) {
        this.#checkOpen();
        const error = asReplicationError(caught, 'server', 'replication');
        this.failed(error);
        if (DOUBTFUL.has(error.code) && ++doubtful >= DOUBTFUL_TRIES) throw error;
        this.#onError(error);
        await this.sleep(this.delayAfter(failures, error));
      }
    }
  }

  /** Makes a request when the remote may be asked; after a failure one at a time, until one succeeds. */
  async #inTurn(work) {
    for (;;) {
      this.#checkOpen();
      const wait = this.#due - performance.now();
      if (this.isDoubting && wait > 0) await this.sleep(wait);
      else if (this.isDoubting && this.#trial) await this.#trial;
      else break;
    }
    const asked = work();
    const ended = asked.then(
      () => this.succeeded(),
      () => {},
    );
    if (this.isDoubting) {
      const trial = ended.finally(() => {
        if (this.#trial === trial) this.#trial = null;
      });
      this.#trial = trial;
    }
    return asked;
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
