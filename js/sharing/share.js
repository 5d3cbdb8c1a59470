import { Connection } from '../database/connection.js';
import { Database } from '../database/database.js';
import { Remote } from '../database/remote.js';
import { ReplicationError } from '../errors.js';
import { sealText } from './envelope.js';
import { describeRemote } from './shared-remote.js';

/** What stands before the text in the fragment of a link. */
export const MARK = 'fireproof=';

/**
 * Makes a link that opens a database on another device: its fragment, which no server gets to see, has the name of the
 * database, its key and the place where it is. Whoever has the link has the database.
 *
 * @param {Database} db
 * @param {object} options
 * @param {Connection | Remote} options.connection whose place the link names; what `new connect.rest(…)` makes, say, if the
 *   other device is to have other credentials than this one. Functions, such as `getHeaders`, do not go along
 * @param {boolean} [options.readOnly] the link has no credentials, and the other device only pulls
 * @param {string} [options.passphrase] under which all of it is sealed; to be told by another way
 * @param {Date | number} [options.expires] after which `open` refuses it; milliseconds since 1970. It revokes nothing
 * @param {string | URL} [options.url] of the page that opens links. Default: this page, or none outside pages
 * @returns {Promise<string>} the link, which is also the text for a QR code; without a page the fragment alone
 * @throws {ReplicationError} `invalid-argument`
 */
export async function share(db, options = {}) {
  const { connection, readOnly = false, passphrase, expires, url } = options;
  const remote = connection instanceof Connection ? connection.remote : connection;
  if (!(db instanceof Database)) refuse('share() takes what fireproof() makes');
  if (!(remote instanceof Remote))
    refuse('`connection` is what connect.rest() or new connect.rest() makes');
  if (passphrase !== undefined && (typeof passphrase !== 'string' || passphrase === '')) {
    refuse('`passphrase` is a text');
  }
  const end = expires === undefined ? undefined : Number(expires);
  if (end !== undefined && !Number.isFinite(end)) refuse('`expires` is a Date or milliseconds');
  const said = {
    database: db.name,
    format: db.format,
    key: (await db.exportKey())?.base58,
    remote: describeRemote(remote, readOnly),
    readOnly: readOnly || undefined,
    expires: end,
  };
  const fragment = `#${MARK}${await sealText(said, passphrase)}`;
  const page = url ?? globalThis.location?.href;
  return page === undefined ? fragment : new URL(fragment, page).href;
}

/** @param {string} message @returns {never} */
function refuse(message) {
  throw new ReplicationError('invalid-argument', message);
}
