/**
 * Something that an application gives when asked, usually credentials. It is asked for once and kept until the
 * remote refuses it; requests that are refused at the same time ask once together.
 *
 * @template T
 */
export class Renewable {
  #ask;
  /** @type {Promise<T> | null} */
  #current = null;

  /** @param {(reason: 'request' | 'unauthorized' | 'expired') => Promise<T>} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /** What was given last. @returns {Promise<T> | null} null: nothing, or it failed */
  get current() {
    return this.#current;
  }

  /**
   * @param {Promise<T>} [refused] what `get` gave and the remote refused
   * @param {'unauthorized' | 'expired'} [reason] why it is of no use any more
   * @returns {Promise<T>} the very same promise until one is refused
   */
  get(refused, reason = 'unauthorized') {
    if (this.#current !== null && this.#current !== refused) return this.#current;
    const asked = this.#ask(refused === undefined ? 'request' : reason);
    this.#current = asked;
    asked.catch(() => {
      if (this.#current === asked) this.#current = null;
    });
    return asked;
  }
}
