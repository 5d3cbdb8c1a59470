import { ReplicationError, isReplicationError } from '../errors.js';

/**
 * Watches one exchange with a remote: ends it when the caller aborts or nothing happens for too long, and
 * says why it ended.
 */
export class Watch {
  #details;
  #stall;
  #signal;
  #controller = new AbortController();
  #timer;
  /** @type {ReplicationError | null} */
  #reason = null;
  /** Rejects when the exchange is ended from here. @type {Promise<never>} */
  #ended;
  #reject;

  /**
   * @param {object} options
   * @param {string} options.remote the connector's name
   * @param {string} options.what is exchanged, for messages
   * @param {number} options.stall milliseconds without an event after which it is given up
   * @param {AbortSignal} [options.signal] of the caller
   */
  constructor({ remote, what, stall, signal }) {
    this.#details = { remote, what };
    this.#stall = stall;
    this.#signal = signal;
    this.#ended = new Promise((_, reject) => (this.#reject = reject));
    this.#ended.catch(() => {});
    if (signal?.aborted) this.#onAbort();
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** Milliseconds without an event after which it is given up. */
  get stall() {
    return this.#stall;
  }

  /** Fires when the exchange is ended from here: for fetch. */
  get signal() {
    return this.#controller.signal;
  }

  /**
   * Waits for the next event of the exchange, also if what makes it ignores `signal`.
   *
   * @template T
   * @param {Promise<T> | T} event
   * @returns {Promise<T>}
   */
  next(event) {
    clearTimeout(this.#timer);
    if (this.#reason === null) {
      const message = `${this.#details.what}: nothing for ${this.#stall / 1000} s`;
      this.#timer = setTimeout(() => this.#end('timeout', message), this.#stall);
    }
    return Promise.race([this.#ended, event]);
  }

  /**
   * Gives the exchange up.
   *
   * @param {string} why for the message
   * @returns {ReplicationError} `timeout`
   */
  giveUp(why) {
    this.#end('timeout', `${this.#details.what}: ${why}`);
    return this.#reason;
  }

  /**
   * What to throw for an error that was caught during the exchange.
   *
   * @param {unknown} error
   * @param {string} code for errors that are not ours
   * @returns {ReplicationError}
   */
  explain(error, code) {
    if (this.#reason !== null) return this.#reason;
    if (isReplicationError(error)) return error;
    const { remote, what } = this.#details;
    const detail = error?.cause?.message ?? error?.message ?? String(error);
    return new ReplicationError(code, `${what}: ${detail}`, { remote, cause: error });
  }

  /** Must be called at the end of the exchange, however it ended. */
  close() {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
  }

  #onAbort = () => {
    this.#end('aborted', `${this.#details.what}: aborted by the caller`, this.#signal.reason);
  };

  #end(code, message, cause) {
    if (this.#reason !== null) return;
    this.#reason = new ReplicationError(code, message, { remote: this.#details.remote, cause });
    this.#reject(this.#reason);
    this.#controller.abort(this.#reason);
  }
}
