import { ReplicationError, asReplicationError } from '../errors.js';
import { IndexedDbConnection } from './indexeddb-connection.js';
import { deleteRow, detached, hasChunks, putRow, readRow, readTable } from './indexeddb-rows.js';
import { RECORD_KEY, randomId } from './indexeddb-schema.js';
import { StorageInstance } from './storage-instance.js';

/**
 * A store in IndexedDB, database `fireproof-wasm/<format>/<name>`. Tabs and workers of one origin may use
 * it at once; they tell each other over a BroadcastChannel of the same name.
 */
export class IndexedDbStorage extends StorageInstance {
  #name;
  #durability;
  /** @type {IndexedDbConnection} */
  #connection;
  /** @type {BroadcastChannel | null} */
  #channel = null;

  /**
   * @param {{ name: string, format: string, durability?: 'relaxed' | 'strict' }} options database name,
   *   format as '0.14' or '0.24', and whether a commit waits until the system has written it to the
   *   medium ('strict', survives loss of power) or has accepted it ('relaxed', the default)
   */
  constructor({ name, format, durability = 'relaxed' }) {
    super(`IndexedDB store "${name}"`);
    this.#name = `fireproof-wasm/${format}/${name}`;
    this.#durability = durability;
    this.#connection = new IndexedDbConnection(this.#name, (code, why) => {
      this.#channel?.close();
      this.lose(code, why);
    });
  }

  async doOpen() {
    await this.#using((database) => database.count('record'));
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener('message', ({ data }) => {
      if (data === 'committed') this.notify();
      if (data === 'destroyed') this.#connection.end('closed', 'was destroyed by another tab');
    });
  }

  doReadRecord() {
    return this.#using(async (database) => {
      const stored = await database.get('record', RECORD_KEY);
      return { version: stored?.version ?? 0, record: stored?.record ?? null };
    });
  }

  doRead(reads) {
    return this.#using((database) => {
      if (reads.length === 0) return [];
      const tables = new Set(reads.map(({ table }) => table));
      const transaction = database.transaction([...tables, 'chunks'], 'readonly');
      return Promise.all(reads.map((read) => readRow(transaction, read)));
    });
  }

  doReadAll(table) {
    return this.#using((database) =>
      readTable(database.transaction([table, 'chunks'], 'readonly'), table),
    );
  }

  async doCommit(commit) {
    const id = randomId();
    const done = await this.#using((database) => this.#transact(database, commit, id));
    if (done && commit.record !== undefined) this.#channel.postMessage('committed');
    return done;
  }

  async doClose() {
    this.#connection.end('closed', 'was closed');
  }

  async doDestroy() {
    this.#channel.postMessage('destroyed');
    this.#connection.end('closed', 'was destroyed');
    try {
      await this.#connection.delete();
    } catch (error) {
      throw asReplicationError(error, 'storage-lost', `${this.label} cannot be destroyed`);
    }
  }

  /**
   * @param {import('idb').IDBPDatabase} database
   * @param {import('./block-storage.js').Commit} commit checked
   * @param {string} id the same when this is a second try of the same commit
   * @returns {Promise<boolean>}
   */
  async #transact(database, { version, record, put, delete: deleted }, id) {
    const tables = new Set([...put, ...deleted].map(({ table }) => table));
    if (tables.size > 0) tables.add('chunks');
    if (record !== undefined) tables.add('record');
    if (tables.size === 0) return true;
    const options = { durability: this.#durability };
    const transaction = database.transaction([...tables], 'readwrite', options);
    // Whoever fails first is reported below; the others must not count as unhandled.
    const requests = [transaction.done];
    transaction.done.catch(() => {});
    try {
      // Asked for together, and before the first change: what awaits here must not leave failures unattended.
      const records = record !== undefined && transaction.objectStore('record');
      const [stored, chunks] = await Promise.all([
        records && records.get(RECORD_KEY),
        deleted.length > 0 && hasChunks(transaction),
      ]);
      if (records) {
        // A first try whose connection was lost may have been made all the same.
        if (stored?.commit === id) return true;
        if ((stored?.version ?? 0) !== version) return false;
        const next = { version: version + 1, record: detached(record), commit: id };
        requests.push(records.put(next, RECORD_KEY));
      }
      for (const row of put) {
        for (const request of putRow(transaction, row)) requests.push(request);
      }
      for (const row of deleted) {
        for (const request of deleteRow(transaction, row, { chunks })) requests.push(request);
      }
      // Without this the browser waits until the results of all requests have been taken in.
      transaction.commit();
      await Promise.all(requests);
      return true;
    } catch (error) {
      abort(transaction);
      for (const request of requests) request.catch(() => {});
      // The cause, where `error` only says that the transaction was aborted.
      throw transaction.error ?? error;
    }
  }

  /**
   * Runs an operation on the open database, and once more on a new connection if it failed: connections
   * break without their owner's doing. A full disk is not tried again.
   *
   * @template T
   * @param {(database: import('idb').IDBPDatabase) => Promise<T>} operation
   * @returns {Promise<T>}
   */
  async #using(operation) {
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await operation(await this.#connection.database());
      } catch (error) {
        if (error instanceof ReplicationError) throw error;
        const isFull = error?.name === 'QuotaExceededError';
        if (isFull || !isFirst) {
          throw asReplicationError(error, isFull ? 'quota-exceeded' : 'storage-lost', this.label);
        }
        this.#connection.drop();
      }
    }
  }
}

/**
 * Takes everything back, in case a request could not even be made.
 * @param {import('idb').IDBPTransaction} transaction
 */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended before.
  }
}
