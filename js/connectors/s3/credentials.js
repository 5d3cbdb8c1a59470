import { ReplicationError, asReplicationError } from '../../errors.js';
import { Renewable } from '../renewable.js';

/** Milliseconds before their end at which credentials count as expired, so that a request still arrives in time. */
const EARLY = 60_000;

/**
 * @typedef {object} Credentials
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string} [sessionToken] of temporary ones
 * @property {Date | string | number} [expiration] when they end: a date, or one as text or in milliseconds since 1970
 */

/** The keys that requests are signed with. */
export class CredentialSource {
  #remote;
  #fixed;
  #getCredentials;
  #now;
  /** Milliseconds since 1970, of the current ones. */
  #end = Infinity;
  /** @type {Renewable<Credentials>} */
  #given = new Renewable((reason) => this.#ask(reason));

  /**
   * @param {object} options
   * @param {string} options.remote for errors
   * @param {Credentials} [options.credentials] used always
   * @param {(reason: 'request' | 'unauthorized' | 'expired') => Credentials | Promise<Credentials>}
   *   [options.getCredentials] asked before the first request ('request'), when those given before have come to
   *   their end ('expired'), and when the remote has refused them ('unauthorized')
   * @param {() => number} options.now the time at the remote, milliseconds since 1970
   */
  constructor({ remote, credentials, getCredentials, now }) {
    this.#remote = remote;
    this.#fixed = credentials;
    this.#getCredentials = getCredentials;
    this.#now = now;
    if (credentials !== undefined) this.#check(credentials);
  }

  /** Whether there can be others than those that were refused. */
  get canRenew() {
    return this.#getCredentials !== undefined;
  }

  /**
   * @param {Promise<Credentials>} [refused] what `get` gave and the remote refused
   * @returns {Promise<Credentials>}
   * @throws {ReplicationError} `unauthorized` if the application fails to give them, `invalid-argument` if it gives
   *   something else
   */
  get(refused) {
    const isOver = this.canRenew && this.#end - EARLY <= this.#now();
    if (refused === undefined && isOver) return this.#given.get(this.#given.current, 'expired');
    return this.#given.get(refused);
  }

  async #ask(reason) {
    this.#end = Infinity;
    const remote = this.#remote;
    if (!this.canRenew) return this.#fixed;
    let given;
    try {
      given = await this.#getCredentials(reason);
    } catch (error) {
      throw asReplicationError(error, 'unauthorized', 'getCredentials failed', { remote });
    }
    this.#check(given);
    this.#end = given.expiration === undefined ? Infinity : new Date(given.expiration).getTime();
    return given;
  }

  /** @param {any} given */
  #check(given) {
    const { accessKeyId, secretAccessKey, sessionToken = '', expiration = 0 } = given ?? {};
    const texts = [accessKeyId, secretAccessKey, sessionToken];
    const isRight =
      texts.every((text) => typeof text === 'string') && accessKeyId && secretAccessKey;
    if (isRight && !Number.isNaN(new Date(expiration).getTime())) return;
    const message =
      'S3 credentials are { accessKeyId, secretAccessKey, sessionToken?, expiration? }';
    throw new ReplicationError('invalid-argument', message, { remote: this.#remote });
  }
}
