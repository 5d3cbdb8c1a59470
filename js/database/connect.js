import { ReplicationError } from '../errors.js';
import { Connection } from './connection.js';
import { Database } from './database.js';

/** A remote that is not attached yet: `new connect.rest(options)`. */
class Remote {
  constructor(kind, options) {
    this.kind = kind;
    this.options = options;
  }
}

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
  if (database instanceof Database) {
    if (remote instanceof Remote) return new Connection(database, remote);
    if (isConnector(remote)) return new Connection(database, { connector: remote, options });
  }
  throw new ReplicationError(
    'invalid-argument',
    'connect(database, remote) takes what fireproof() makes, and what connect.* makes or a connector',
  );
}

/** Whether an object has what the contract of a connector wants (connectors/connector.js). */
function isConnector(object) {
  const { name, canWrite } = object ?? {};
  const operations = ['getMeta', 'getCar', ...(canWrite ? ['putMeta', 'putCar'] : [])];
  return typeof name === 'string' && operations.every((each) => typeof object[each] === 'function');
}

/** A factory with two forms: `connect.rest(db, options)` attaches, `new connect.rest(options)` only makes. */
function factory(kind) {
  return function make(...parameters) {
    if (parameters[0] instanceof Database)
      return connect(parameters[0], new Remote(kind, parameters[1] ?? {}));
    return new Remote(kind, parameters[0] ?? {});
  };
}

connect.raw = factory('raw');
connect.rest = factory('rest');
connect.s3 = factory('s3');
connect.static = factory('static');
