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
 * Attaches a remote that was made by one of the factories below.
 *
 * @param {Database} database
 * @param {Remote} remote
 * @returns {Connection}
 */
export function connect(database, remote) {
  if (!(database instanceof Database) || !(remote instanceof Remote)) {
    throw new ReplicationError(
      'invalid-argument',
      'connect(database, remote) takes what fireproof() and connect.* make',
    );
  }
  return new Connection(database, remote);
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
