import { connect } from '../database/connect.js';
import { ReplicationError } from '../errors.js';
import { noLink, openText } from './envelope.js';
import { MARK } from './share.js';
import { remoteOf } from './shared-remote.js';

/**
 * Makes `open` of a platform.
 *
 * @param {(name: string, options: object) => import('../database/database.js').Database} fireproof
 */
export function openWith(fireproof) {
  /**
   * Opens what a link of `share()` leads to, in local storage, and connects it.
   *
   * @param {string | URL} link or its fragment
   * @param {{ passphrase?: string, storage?: any, worker?: boolean, poll?: number }} [options] as for `fireproof()` and
   *   `connect.*`
   * @returns {Promise<{ db: import('../database/database.js').Database,
   *   connection: import('../database/connection.js').Connection }>}
   * @throws {import('../errors.js').ReplicationError} `invalid-argument` if it is no such link, `key-missing` or
   *   `key-mismatch` for its passphrase, `forbidden` if its time is over
   */
  return async function open(link, { passphrase, poll, ...options } = {}) {
    const text = String(link);
    const start = text.indexOf(`#${MARK}`);
    if (start < 0) throw noLink();
    const said = await openText(text.slice(start + 1 + MARK.length), passphrase);
    const { database, format, key, remote, readOnly, expires } = said ?? {};
    if (typeof database !== 'string') throw noLink();
    if (typeof expires === 'number' && Date.now() > expires) {
      const message = `this link was good until ${new Date(expires).toISOString()}`;
      throw new ReplicationError('forbidden', message);
    }
    const made = remoteOf(remote);
    if (readOnly) made.options.mode = 'pull';
    if (poll !== undefined) made.options.poll = poll;
    const isPublic = key === undefined;
    const db = fireproof(database, { ...options, format, key, public: isPublic });
    return { db, connection: connect(db, made) };
  };
}
