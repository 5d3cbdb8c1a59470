import { Connection } from '../database/connection.js';
import { Database } from '../database/database.js';
import { Remote } from '../database/remote.js';
import { ReplicationError } from '../errors.js';

/**
 * A database that is read from a snapshot and never written to. What was fetched stays in local storage: it opens without
 * the network the next time, and of a later snapshot only the CARs are fetched that it has not.
 */
export class SnapshotDatabase extends Database {
  #connection;

  /**
   * @param {string} name in local storage, and of the snapshot's database unless it says another
   * @param {object} options those of any database, and `snapshot`
   * @param {{ url: string | URL, car: string, key?: string, name?: string, fetch?: typeof globalThis.fetch }}
   *   options.snapshot `url` of the folder that has the objects, CID of the newest CAR, key if it is encrypted, and name of
   *   the database that it was made of
   * @param {(options: object) => object} spawn
   * @throws {ReplicationError} `invalid-argument`
   */
  constructor(name, { snapshot, ...options }, spawn) {
    const { url, car, key, name: source = name, fetch } = checkSnapshot(snapshot);
    super(name, { ...options, ...keyOptions(options, key) }, spawn);
    const remote = new Remote({
      kind: 'snapshot',
      options: { url, car, key, source, fetch, mode: 'pull', poll: 0 },
    });
    this.#connection = new Connection(this, remote);
  }

  /** The way to the snapshot: its progress, and `loaded`. */
  get connection() {
    return this.#connection;
  }

  async get(id) {
    await this.#arrived();
    return super.get(id);
  }

  async allDocs(options) {
    await this.#arrived();
    return super.allDocs(options);
  }

  async changes(since, options) {
    await this.#arrived();
    return super.changes(since, options);
  }

  async events(options) {
    await this.#arrived();
    return super.events(options);
  }

  async query(fieldOrMap, options) {
    await this.#arrived();
    return super.query(fieldOrMap, options);
  }

  async put() {
    throw this.#readOnly();
  }

  async bulk() {
    throw this.#readOnly();
  }

  async del() {
    throw this.#readOnly();
  }

  async compact() {
    throw this.#readOnly();
  }

  async openRemote(connection, remoteOf, options, listener) {
    if (options.mode !== 'pull') throw this.#readOnly();
    return super.openRemote(connection, remoteOf, options, listener);
  }

  /** Waits for the snapshot, unless an earlier one is stored, which is read meanwhile. */
  async #arrived() {
    await this.ready;
    if (this.clock.length === 0) await this.#connection.pull();
  }

  #readOnly() {
    const message =
      `"${this.name}" was opened from a snapshot and is only read; ` +
      'to write, open a database without `snapshot` and pull it with connect.static';
    return new ReplicationError('forbidden', message);
  }
}

/** A 0.24 database needs the key to be opened; that of 0.14 is told by the meta, which the connector makes. */
function keyOptions({ format, key }, snapshotKey) {
  return format === '0.14' || key !== undefined ? {} : { key: snapshotKey };
}

function checkSnapshot(snapshot) {
  const isText = (value) => value === undefined || typeof value === 'string';
  const { url, key, name } = snapshot ?? {};
  if (url !== undefined && isText(key) && isText(name)) return snapshot;
  const message =
    '`snapshot` is { url, car, key?, name? }: where its objects lie, and its newest CAR';
  throw new ReplicationError('invalid-argument', message);
}
