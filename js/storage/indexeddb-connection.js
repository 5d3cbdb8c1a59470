import { deleteDB, openDB } from 'idb';
import { ReplicationError } from '../errors.js';
import { IDENTITY_KEY, VERSION, migrate } from './indexeddb-schema.js';

/** Milliseconds that other tabs get to let go of a database, which they do when asked. */
const BLOCKED_PATIENCE = 3000;

/**
 * Rejects when `request` stays blocked by other tabs.
 *
 * @template T
 * @param {string} name of the database
 * @param {(blocked: () => void) => Promise<T>} request calls `blocked` when it has to wait
 * @returns {Promise<T>} rejects with `storage-lost`, retryable
 */
function unlessBlocked(name, request) {
  let timer;
  return new Promise((resolve, reject) => {
    const blocked = () => {
      timer = setTimeout(() => {
        const message = `IndexedDB database "${name}" is held open by another tab; close it and try again`;
        reject(new ReplicationError('storage-lost', message, { retryable: true }));
      }, BLOCKED_PATIENCE);
    };
    request(blocked).then(resolve, reject);
  }).finally(() => clearTimeout(timer));
}

/**
 * A connection that is opened when it is needed, and again after it was lost: browsers close connections
 * of tabs in the background, when memory is short, and when the user deletes data.
 */
export class IndexedDbConnection {
  #name;
  #onEnd;
  /** @type {Promise<import('idb').IDBPDatabase> | null} */
  #database = null;
  /** Of the store that was opened first. @type {string | null} */
  #identity = null;
  /** @type {{ code: 'closed' | 'storage-lost', why: string } | null} */
  #ended = null;

  /**
   * @param {string} name of the database
   * @param {(code: 'closed' | 'storage-lost', why: string) => void} onEnd called once if the store is
   *   gone: another tab destroys it, or the browser emptied it
   */
  constructor(name, onEnd) {
    this.#name = name;
    this.#onEnd = onEnd;
  }

  /**
   * @returns {Promise<import('idb').IDBPDatabase>} the open database
   * @throws {ReplicationError} `closed` or `storage-lost` after the end; else what IndexedDB throws
   */
  async database() {
    if (this.#ended)
      throw new ReplicationError(this.#ended.code, `"${this.#name}" ${this.#ended.why}`);
    this.#database ??= this.#open();
    return this.#database;
  }

  /** Closes the connection once its transactions have ended; the next use opens a new one. */
  drop() {
    this.#database?.then((database) => database.close()).catch(() => {});
    this.#database = null;
  }

  /**
   * Closes the connection for good.
   * @param {'closed' | 'storage-lost'} code
   * @param {string} why
   */
  end(code, why) {
    if (this.#ended) return;
    this.#ended = { code, why };
    this.drop();
    this.#onEnd(code, why);
  }

  /** Deletes the database, after the end. Other tabs are asked to close it and do so. */
  delete() {
    return unlessBlocked(this.#name, (blocked) => deleteDB(this.#name, { blocked }));
  }

  #open() {
    const opening = this.#connect(() => {
      if (this.#database === opening) this.#database = null;
    });
    return opening;
  }

  /** @param {() => void} forget drops the reference to the connection that is being made */
  async #connect(forget) {
    let isLate = false;
    try {
      const database = await unlessBlocked(this.#name, async (blocked) => {
        const opened = await openDB(this.#name, VERSION, {
          upgrade: (upgraded, from, _to, transaction) => migrate(upgraded, transaction, from),
          blocked,
          terminated: forget,
          // Another tab wants to upgrade the database (to a version) or to delete it (to null).
          blocking: (_from, to, event) => {
            event.target.close();
            forget();
            if (to === null) this.end('closed', 'was destroyed by another tab');
          },
        });
        if (isLate) opened.close();
        return opened;
      });
      await this.#checkIdentity(database);
      return database;
    } catch (error) {
      isLate = true;
      forget();
      throw error;
    }
  }

  async #checkIdentity(database) {
    const identity = await database.get('record', IDENTITY_KEY);
    this.#identity ??= identity;
    if (identity === this.#identity) return;
    database.close();
    this.end('storage-lost', 'was emptied by the browser or the user');
    throw new ReplicationError('storage-lost', `"${this.#name}" ${this.#ended.why}`);
  }
}
