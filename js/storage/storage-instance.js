import { ReplicationError } from '../errors.js';
import { checkCommit, checkReads, checkTable } from './block-storage.js';

/**
 * What the implementations of BlockStorage have in common: the life of an instance, the checking of
 * arguments and the list of listeners. An implementation supplies the `do…` methods, which are called
 * only while the instance is open and with checked arguments.
 *
 * new --open()--> open --close(), destroy()--> closed
 *                   \--lose()--> lost (the store is gone: destroyed by someone else, or failed)
 *
 * @implements {import('./block-storage.js').BlockStorage}
 */
export class StorageInstance {
  #state = 'new';
  /** @type {Promise<void> | null} */
  #opening = null;
  /** @type {() => ReplicationError} */
  #reason = () => new ReplicationError('closed', `${this.label} is not open`);
  /** @type {Promise<void> | null} */
  #ending = null;
  /** Calls that have not settled, which close() waits for. @type {Set<Promise<unknown>>} */
  #running = new Set();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {string} label names the store in error messages, for example `memory store "notes"` */
  constructor(label) {
    this.label = label;
  }

  open() {
    if (this.#state === 'closed' || this.#state === 'lost') return Promise.reject(this.#reason());
    this.#opening ??= this.doOpen().then(
      () => {
        if (this.#state === 'new') this.#state = 'open';
      },
      (error) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  readRecord() {
    return this.#run(() => this.doReadRecord());
  }

  read(reads) {
    return this.#run(() => {
      checkReads(reads);
      return this.doRead(reads);
    });
  }

  readAll(table) {
    return this.#run(() => {
      checkTable(table);
      return this.doReadAll(table);
    });
  }

  commit(commit) {
    return this.#run(() => {
      checkCommit(commit);
      return this.doCommit({ ...commit, put: commit.put ?? [], delete: commit.delete ?? [] });
    });
  }

  onChange(listener) {
    this.#listeners.add(listener);
    this.doListen();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close() {
    this.#ending ??= this.#end(() => this.doClose());
    return this.#ending;
  }

  async destroy() {
    this.checkOpen();
    this.#ending = this.#end(() => this.doDestroy());
    return this.#ending;
  }

  /** True once someone listens, for implementations in which listening costs something. */
  get hasListeners() {
    return this.#listeners.size > 0;
  }

  /** Tells the listeners, each in its own microtask so that none can disturb a commit. */
  notify() {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }

  /**
   * Ends an open instance from outside: every later call rejects.
   *
   * @param {'closed' | 'storage-lost'} code
   * @param {string} why end of the error message
   */
  lose(code, why) {
    if (this.#stop('lost', code, why)) this.notify();
  }

  /** @throws {ReplicationError} why the instance cannot be used, unless it is open */
  checkOpen() {
    if (this.#state !== 'open') throw this.#reason();
  }

  // What follows is replaced by implementations. doListen(): the first listeners are there.
  doListen() {}

  /**
   * @template T
   * @param {() => Promise<T>} operation
   * @returns {Promise<T>}
   */
  async #run(operation) {
    this.checkOpen();
    const running = operation();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /**
   * @param {'closed' | 'lost'} state
   * @param {string} code
   * @param {string} why
   * @returns {boolean} false when the instance had ended before; the first reason stays
   */
  #stop(state, code, why) {
    if (this.#state === 'closed' || this.#state === 'lost') return false;
    this.#state = state;
    this.#reason = () => new ReplicationError(code, `${this.label} ${why}`);
    return true;
  }

  /** @param {() => Promise<void>} finish called once no other call is running */
  async #end(finish) {
    const opening = this.#opening;
    this.#stop('closed', 'closed', 'was closed');
    await opening?.catch(() => {});
    await Promise.allSettled(this.#running);
    this.#listeners.clear();
    if (opening !== null) await finish();
  }
}
