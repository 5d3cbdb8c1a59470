import { ReplicationError } from '../errors.js';
import { Connection } from './connection.js';
import { Database } from './database.js';
import { Remote, asRemote } from './remote.js';

/**
 * Attaches a remote that was made by one of the factories below, or a connector of the application's own. That stays
 * on the page.
 *
 * @param {Database} database
 * @param {Remote | import('../connectors/connector.js').Connector} remote
 * @param {{ mode?: string, poll?: number, concurrency?: number, signal?: AbortSignal }} [options] of the connection,
 *   with a connector; a remote has its own
 * @returns {Connection}
 */
export function connect(database, remote, options = {}) {
  const known = asRemote(remote);
  if (database instanceof Database && known) {
    const attached = known.connector ? new Remote({ ...known, options }) : known;
    return new Connection(database, attached);
  }
  throw new ReplicationError(
    'invalid-argument',
    'connect(database, remote) takes what fireproof() makes, and what connect.* makes or a connector',
  );
}

/** A factory with two forms: `connect.rest(db, options)` attaches, `new connect.rest(options)` only makes. */
function factory(kind) {
  return function make(...parameters) {
    const [first, options = {}] = parameters;
    if (first instanceof Database) return connect(first, new Remote({ kind, options }));
    if (parameters.length > 1) {
      throw new ReplicationError(
        'invalid-argument',
        `connect.${kind}(database, options) takes what fireproof() of this copy of the package makes`,
      );
    }
    return new Remote({ kind, options: first ?? {} });
  };
}

connect.ipfs = factory('ipfs');
connect.raw = factory('raw');
connect.rest = factory('rest');
connect.s3 = factory('s3');
connect.static = factory('static');
connect.tab = factory('tab');
connect.websocket = factory('websocket');
