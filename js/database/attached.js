import { Connection } from './connection.js';
import { refuse } from './members.js';
import { asRemote } from './remote.js';

/** What Fireproof calls the states of a connection. */
const STATUS = {
  connecting: 'attached',
  idle: 'idle',
  paused: 'idle',
  pulling: 'syncing',
  pushing: 'syncing',
  offline: 'error',
  unauthorized: 'error',
  error: 'error',
  closed: 'detached',
};

/** A remote that was attached by `db.attach`, by the names that Fireproof has for it. */
export class Attached {
  #connection;
  #loaded = false;

  /** @param {Connection} connection */
  constructor(connection) {
    this.#connection = connection;
    connection.loaded.then(
      () => (this.#loaded = true),
      () => {}, // it ended before, and its status says so
    );
  }

  /** The connection itself, which can more. */
  get connection() {
    return this.#connection;
  }

  /** 'attached' before the remote was reached, 'loading' at its first pull, 'syncing', 'idle', 'error' or 'detached'. */
  status() {
    const status = STATUS[this.#connection.status.state];
    return status === 'syncing' && !this.#loaded ? 'loading' : status;
  }

  /** Ends it. */
  detach() {
    return this.#connection.close();
  }
}

/**
 * @param {import('./database.js').Database} database
 * @param {object} given a remote, or a connector
 * @returns {Promise<Attached>} when the first pull is applied, or has failed in a way that is tried again
 * @throws {ReplicationError} what ended the connection
 */
export async function attachRemote(database, given) {
  const remote = asRemote(given);
  if (!remote)
    refuse('`attach` takes what `new connect.rest(…)` and its like make, or a connector');
  const connection = new Connection(database, remote);
  const attached = new Attached(connection);
  const arrived = connection.mode === 'push' ? connection.ready : connection.loaded;
  await Promise.race([arrived, trouble(connection)]);
  return attached;
}

/** Resolves when a connection tells of a failure. One that ends it has rejected `ready` and `loaded` before. */
function trouble(connection) {
  return new Promise((resolve) => {
    connection.addEventListener('status', function heard({ detail: { lastError } }) {
      if (!lastError) return;
      connection.removeEventListener('status', heard);
      resolve();
    });
  });
}
