import { backup } from '../backup/backup.js';
import { ReplicationError } from '../errors.js';
import { checkId } from './document-id.js';
import { checkClock, checkOptions } from './options.js';
import { Queries } from './query/queries.js';
import { Reader } from './reader.js';
import { Session } from './session.js';
import { Subscriptions } from './subscriptions.js';
import { View } from './view.js';
import { Writer } from './writer.js';

/** The clock of a database that is not open yet. */
const UNKNOWN = Object.freeze([]);

/**
 * A database. Made by `fireproof()`; every method waits for opening by itself and rejects with
 * ReplicationErrors.
 *
 * Events: `change` (`detail: { clock }`) after each applied local commit and each applied remote head; `rebased`
 * (`detail: { ids }`) when what was written before the first contact with a 0.14 remote was written again on the history
 * that the remote had; `error` when the local store is lost.
 */
export class Database extends EventTarget {
  #name;
  #format;
  #session;
  #reader;
  #writer;
  #queries;
  #subscriptions;
  /** @type {readonly string[]} */
  #clock = UNKNOWN;
  /** @type {Map<number, (event: object) => void>} */
  #connections = new Map();
  #nextConnection = 1;

  /**
   * @param {string} name
   * @param {object} options
   * @param {(options: object) => ReturnType<import('../engine/on-this-thread.js').onThisThread>} spawn
   */
  constructor(name, options, spawn) {
    super();
    const checked = checkOptions(name, options);
    this.#name = name;
    this.#format = checked.format;
    this.#session = new Session(checked, spawn, {
      news: (event) => this.#hear(event),
      opened: (clock) => {
        if (this.#clock === UNKNOWN) this.#clock = Object.freeze(clock);
      },
    });
    this.#reader = new Reader(this.#session);
    this.#writer = new Writer(this.#session, checked.format);
    this.#queries = new Queries(this.#reader);
    this.#subscriptions = new Subscriptions(this.#reader);
  }

  get name() {
    return this.#name;
  }

  /** '0.24' or '0.14'. */
  get format() {
    return this.#format;
  }

  /** Settles when the local store is open. */
  get ready() {
    return this.#session.ready;
  }

  /** Event CIDs of the head as text, sorted. @type {readonly string[]} */
  get clock() {
    return this.#clock;
  }

  /**
   * Stores a document under its `_id`, or under a new UUID if that is missing or empty. `_deleted: true`
   * deletes it. The document itself is not changed.
   *
   * @returns {Promise<{ id: string, clock: string[] }>} when the commit is durable in local storage
   */
  async put(document) {
    const { ids, clock } = await this.#writer.write([document], { bulk: false });
    return { id: ids[0], clock };
  }

  /**
   * Stores documents, as `put` does, in one commit: all of them or none.
   *
   * @returns {Promise<{ ids: string[], clock: string[] }>}
   */
  async bulk(documents) {
    if (!Array.isArray(documents))
      throw new ReplicationError('invalid-argument', '`bulk` takes a list of documents');
    if (documents.length > 0) return this.#writer.write(documents, { bulk: true });
    await this.#session.ready;
    return { ids: [], clock: [...this.#clock] };
  }

  /**
   * Deletes a document, whether there is one or not.
   *
   * @returns {Promise<{ id: string, clock: string[] }>}
   */
  async del(id) {
    checkId(id);
    return this.put({ _id: id, _deleted: true });
  }

  /** The same as `del`. */
  remove(id) {
    return this.del(id);
  }

  /** @returns {Promise<object>} the document, with `_id` */
  get(id) {
    return this.#reader.get(id);
  }

  /** Live documents in key order: `{ rows: [{ key, value }], clock }`. */
  allDocs(options) {
    return this.#reader.allDocs(options);
  }

  /**
   * What changed since a clock, oldest first, one row a key with its merged state:
   * `{ rows: [{ key, value, deleted? }], clock }`.
   */
  changes(since, options) {
    return this.#reader.changes(since, options);
  }

  /**
   * The events that the clock leads to, newest first, each before those that it descends from, to look at or to draw the
   * history: `{ rows: [{ cid, parents, keys }], clock }`. A parent that is no row is older than `limit` lets see, or not
   * known here.
   */
  events(options) {
    return this.#reader.events(options);
  }

  /**
   * Rows that a map function makes of the documents, or the documents that have a member, by key:
   * `{ rows: [{ id, key, value, doc? }] }`. The rows are kept: later queries by the same member or function look
   * only at what changed.
   */
  query(fieldOrMap, options) {
    return this.#queries.run(fieldOrMap, options);
  }

  /**
   * A read-only view of an earlier state.
   *
   * @param {readonly string[] | string} clockOrCar a clock, or the CID of a CAR, whose header has one
   * @throws {ReplicationError} `invalid-argument`; what is not known here shows at the methods of the view
   */
  at(clockOrCar) {
    const at = typeof clockOrCar === 'string' ? clockOrCar : [...checkClock(clockOrCar, 'a clock')];
    return new View(this.#reader.at(at));
  }

  /**
   * Calls `listener` once for each applied local commit and each applied remote head: with the documents that
   * changed, deleted ones as `{ _id, _deleted: true }`, or with an empty list if `updates` is false.
   *
   * @param {(documents: object[]) => void} listener
   * @returns {() => void} ends the subscription
   */
  subscribe(listener, { updates = true } = {}) {
    return this.#subscriptions.add(listener, { updates });
  }

  /** Writes what is live as one CAR: `{ carsBefore, carsAfter, bytesBefore, bytesAfter }`. */
  compact() {
    return this.#session.call('compact');
  }

  /** The key that seals, `{ hex, base58 }`, made now if there was none; null if the database is public. */
  exportKey() {
    return this.#session.call('exportKey');
  }

  /** Adds a key for reading. */
  async addKey(key) {
    if (typeof key !== 'string') throw new ReplicationError('invalid-key', 'a key is a text');
    await this.#session.call('addKey', { key });
  }

  /** What is stored: `{ clock, cars, tail, archive, missing }`, CAR groups newest first. For tools and tests. */
  inspect() {
    return this.#session.call('inspect');
  }

  /**
   * What a remote has to hold to be a replica of this database: the names of its CARs and attachment CARs, and its
   * meta record. Seals what was not yet. For tools and tests.
   *
   * @returns {Promise<{ cars: string[], files: string[], meta: Uint8Array }>}
   */
  async replica() {
    const { result, bytes } = await this.#session.answer('replica');
    return { ...result, meta: bytes };
  }

  /**
   * The stored bytes of a CAR. For tools and tests.
   *
   * @param {'car' | 'file'} table
   * @param {string} cid
   * @returns {Promise<Uint8Array>}
   * @throws {ReplicationError} `not-found`
   */
  async readCar(table, cid) {
    const { bytes } = await this.#session.answer('readCar', { table, cid });
    return bytes;
  }

  /**
   * The database as one file, a CAR of version 1: what a remote would hold, sealed as it is, without the key. `restore`
   * reads it.
   *
   * @returns {ReadableStream<Uint8Array>}
   */
  backup() {
    return backup(this);
  }

  /** Ends all work on this database here. Loses nothing. */
  close() {
    return this.#session.close().finally(() => this.#endConnections());
  }

  /** Deletes the local store. Remotes are not touched. */
  destroy() {
    return this.#session.destroy().finally(() => this.#endConnections());
  }

  /**
   * Attaches a remote; for connections.
   *
   * @param {(inWorker: boolean) => { remote?: object, bridge?: object }} remoteOf what `EngineService.connect` takes
   * @param {{ mode: string, poll: number, concurrency: number }} options
   * @param {(event: { event: string, detail: object }) => void} listener
   */
  async attach(remoteOf, options, listener) {
    await this.ready;
    const id = this.#nextConnection++;
    this.#connections.set(id, listener);
    const remote = await this.#session.connect(id, remoteOf, options);
    return {
      remote,
      call: (method) => this.#session.call(method, { connection: id }),
      detach: async () => {
        this.#connections.delete(id);
        await this.#session.disconnect(id);
      },
    };
  }

  #endConnections() {
    for (const listener of this.#connections.values()) listener({ event: 'closed', detail: {} });
    this.#connections.clear();
  }

  #hear({ connection, event, detail }) {
    if (connection !== 0) {
      this.#connections.get(connection)?.({ event, detail });
    } else if (event === 'change') {
      this.#clock = Object.freeze(detail.clock);
      this.#subscriptions.deliver(detail);
      this.dispatchEvent(new CustomEvent('change', { detail: { clock: detail.clock } }));
    } else if (event === 'rebased') {
      this.dispatchEvent(new CustomEvent('rebased', { detail }));
    } else if (event === 'lost') {
      const error = new ReplicationError(detail.code, detail.message);
      this.dispatchEvent(new CustomEvent('error', { detail: error }));
    }
  }
}
