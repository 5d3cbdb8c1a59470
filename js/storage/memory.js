import { TABLES, clipRange } from './block-storage.js';
import { StorageInstance } from './storage-instance.js';

/**
 * @typedef {object} Store what instances of one name share
 * @property {number} version
 * @property {Uint8Array | null} record
 * @property {Map<string, Map<string, Uint8Array>>} tables
 * @property {Set<MemoryStorage>} instances
 */

/** Stores of this process by format and name. They live until destroyed. @type {Map<string, Store>} */
const stores = new Map();

/** @returns {Store} */
function createStore() {
  const tables = new Map(TABLES.map((table) => [table, new Map()]));
  return { version: 0, record: null, tables, instances: new Set() };
}

/**
 * A store in the memory of this process. Instances of the same format and name are the same store, also
 * after all of them were closed: only `destroy()` and the end of the process delete it.
 */
export class MemoryStorage extends StorageInstance {
  #id;
  /** @type {Store} */
  #store;

  /** @param {{ name: string, format: string }} options database name, and format as '0.14' or '0.24' */
  constructor({ name, format }) {
    super(`memory store "${name}"`);
    this.#id = `${format}/${name}`;
  }

  async doOpen() {
    if (!stores.has(this.#id)) stores.set(this.#id, createStore());
    this.#store = stores.get(this.#id);
    this.#store.instances.add(this);
  }

  async doReadRecord() {
    const { version, record } = this.#store;
    return { version, record: record && new Uint8Array(record) };
  }

  async doRead(reads) {
    return reads.map(({ table, key, ...range }) => {
      const row = this.#store.tables.get(table).get(key);
      if (row === undefined) return null;
      const { start, end } = clipRange(range, row.length);
      return row.slice(start, end);
    });
  }

  async doReadAll(table) {
    const rows = [...this.#store.tables.get(table)];
    return rows.map(([key, bytes]) => ({ key, bytes: bytes.slice() }));
  }

  /** Atomic because nothing in here waits. */
  async doCommit({ version, record, put, delete: deleted }) {
    const store = this.#store;
    if (record !== undefined && version !== store.version) return false;
    for (const { table, key, bytes } of put)
      store.tables.get(table).set(key, new Uint8Array(bytes));
    for (const { table, key } of deleted) store.tables.get(table).delete(key);
    if (record !== undefined) {
      store.version += 1;
      store.record = new Uint8Array(record);
      for (const other of store.instances) if (other !== this) other.notify();
    }
    return true;
  }

  async doClose() {
    this.#store?.instances.delete(this);
  }

  async doDestroy() {
    stores.delete(this.#id);
    this.#store.instances.delete(this);
    for (const other of this.#store.instances) other.lose('closed', 'was destroyed');
    this.#store.instances.clear();
  }
}
