import { asReplicationError } from '../errors.js';
import { Renewable } from './renewable.js';

/** The headers that an application adds to each request, usually credentials. */
export class HeaderSource {
  #fixed;
  #getHeaders;
  #remote;
  /** @type {Renewable<Record<string, string>>} */
  #given = new Renewable((reason) => this.#ask(reason));

  /**
   * @param {object} options
   * @param {string} options.remote for errors
   * @param {Record<string, string>} [options.headers] sent always
   * @param {(reason: 'request' | 'unauthorized') => Record<string, string> | Promise<Record<string, string>>}
   *   [options.getHeaders] gives further headers: 'request' for the first time, 'unauthorized' after the
   *   remote answered 401 or 403 to the ones given before
   */
  constructor({ remote, headers = {}, getHeaders }) {
    this.#remote = remote;
    this.#fixed = headers;
    this.#getHeaders = getHeaders;
  }

  /** Whether there can be other headers than those that were refused. */
  get canRenew() {
    return this.#getHeaders !== undefined;
  }

  /**
   * @param {Promise<Record<string, string>>} [refused] what `get` gave and the remote refused
   * @returns {Promise<Record<string, string>>} the very same promise until some are refused
   * @throws {ReplicationError} `unauthorized` if the application fails to give headers
   */
  get(refused) {
    return this.#given.get(refused);
  }

  async #ask(reason) {
    const remote = this.#remote;
    let given;
    try {
      given = await this.#getHeaders?.(reason);
    } catch (error) {
      throw asReplicationError(error, 'unauthorized', 'getHeaders failed', { remote });
    }
    try {
      return Object.fromEntries(new Headers({ ...this.#fixed, ...given }));
    } catch (error) {
      throw asReplicationError(error, 'invalid-argument', 'malformed headers', { remote });
    }
  }
}
