import { backup } from '../backup/backup.js';
import { ReplicationError } from '../errors.js';
import { LiveValues } from '../live/live-values.js';
import { attachRemote } from './attached.js';
import { checkId } from './document-id.js';
import { durabilityOf } from './durability.js';
import { checkMembers } from './members.js';
import { checkClock, checkOptions } from './options.js';
import { Queries } from './query/queries.js';
import { Reader } from './reader.js';
import { callablePromise } from './ready.js';
import { waitUntilSafe } from './safe.js';
import { Session } from './session.js';
import { Subscriptions, checkListener } from './subscriptions.js';
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
  #ready;
  #logger;
  #storage;
  #live = new LiveValues(this);
  /** Called once, at the end. @type {Set<() => void>} */
  #onClosed = new Set();
  /** @type {readonly string[]} */
  #clock = UNKNOWN;
  /** @type {Map<number, { connection: import('./connection.js').Connection, listener: (event: object) => void }>} */
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
    this.#name = checked.name;
    this.#format = checked.format;
    this.#logger = checked.logger;
    this.#storage = checked.storage;
    this.#session = new Session(checked, spawn, {
      news: (event) => this.#hear(event),
      opened: (clock) => {
        if (this.#clock === UNKNOWN) this.#clock = Object.freeze(clock);
      },
    });
    this.#ready = callablePromise(this.#session.ready);
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

  /** Settles when the local store is open. Can be called as well: `await db.ready()`. */
  get ready() {
    return this.#ready;
  }

  /** Where what is no error and yet worth a look is reported: `debug`, `info`, `warn`, `error`. */
  get logger() {
    return this.#logger;
  }

  /** Where the engine runs: 'worker', or 'main' for the calling thread; undefined before the store is open. */
  get thread() {
    return this.#session.thread;
  }

  /** The connections that are attached. */
  get connections() {
    return Array.from(this.#connections.values(), ({ connection }) => connection);
  }

  /** Event CIDs of the head as text, sorted. @type {readonly string[]} */
  get clock() {
    return this.#clock;
  }

  /**
   * Stores a document under its `_id`, or under a new UUID if that is missing or empty. `_deleted: true`
   * deletes it. The document itself is not changed.
   *
   * @param {object} document
   * @param {{ safe?: import('./connection.js').Connection | 'any' }} [options] `safe`: it waits until that remote, or the
   *   first of all that are attached, has confirmed the write. The write is done when that fails, too
   * @returns {Promise<{ id: string, clock: string[], name: string }>} when the commit is durable in local storage and who
   *   subscribes was told
   */
  async put(document, options) {
    const { safe } = checkMembers(options, ['safe'], 'put()');
    const { ids, clock } = await this.#write([document], { bulk: false });
    if (safe !== undefined) await waitUntilSafe(safe, this.connections);
    return { id: ids[0], clock, name: this.#name };
  }

  /**
   * Stores documents, as `put` does, in one commit: all of them or none.
   *
   * @returns {Promise<{ ids: string[], clock: string[], name: string }>}
   */
  async bulk(documents) {
    if (!Array.isArray(documents))
      throw new ReplicationError('invalid-argument', '`bulk` takes a list of documents');
    if (documents.length > 0)
      return { ...(await this.#write(documents, { bulk: true })), name: this.#name };
    await this.#session.ready;
    return { ids: [], clock: [...this.#clock], name: this.#name };
  }

  /**
   * Deletes a document, whether there is one or not.
   *
   * @returns {Promise<{ id: string, clock: string[], name: string }>}
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

  /** Live documents in key order: `{ rows: [{ key, value }], clock, name }`. */
  allDocs(options) {
    return this.#reader.allDocs(options);
  }

  /** The same as `allDocs`. */
  allDocuments(options) {
    return this.allDocs(options);
  }

  /**
   * What changed since a clock, oldest first, one row a key with its merged state:
   * `{ rows: [{ key, value, deleted? }], clock, name }`. With `limit`, the clock is the one to go on from.
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
   * `{ rows: [{ key, id, value, doc? }], docs? }`. The rows are kept: later queries by the same member or function look
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
   * @param {{ updates?: boolean } | boolean} [options] a boolean is `updates`
   * @returns {() => void} ends the subscription
   */
  subscribe(listener, options) {
    return this.#subscriptions.add(...checkListener(listener, options));
  }

  /**
   * A value that `read` gives and that is read anew after each change, while somebody subscribes:
   * `{ get(), subscribe(run) }` with snapshots `{ hydrated, value, error }`.
   *
   * @template Value
   * @param {() => Promise<Value>} read the same function gives the same live value
   * @returns {import('../live/live-value.js').LiveValue<Value>}
   */
  live(read) {
    if (typeof read === 'function') return this.#live.of(read);
    throw new ReplicationError('invalid-argument', '`live` takes a function that reads');
  }

  /** What `query` answers, as a live value. A map function has to be the same one each time. */
  liveQuery(fieldOrMap, options) {
    return this.#live.query(fieldOrMap, options);
  }

  /** A document, or undefined, as a live value. */
  liveDoc(id) {
    checkId(id);
    return this.#live.document(id);
  }

  /** What `allDocs` answers, as a live value. */
  liveAllDocs(options) {
    return this.#live.call('allDocs', options);
  }

  /** What `changes` answers, as a live value. */
  liveChanges(since, options) {
    return this.#live.call('changes', since, options);
  }

  /**
   * How safe what is written is: `{ persisted, quota, usage, safe, remotes: [{ connection, safe, lastSyncedAt }] }`. `persisted`: the
   * browser does not empty the store by itself, null where that is not known; `quota` and `usage` in bytes, of the origin.
   */
  durability() {
    return durabilityOf(this.#storage, this.connections);
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
   * Attaches a remote, as Fireproof's databases do: `connect(db, remote)` gives the connection at once.
   *
   * @param {object} remote what `new connect.rest(…)` and its like make, or a connector
   * @returns {Promise<import('./attached.js').Attached>} when what the remote has is readable here, or could not be had yet
   */
  attach(remote) {
    return attachRemote(this, remote);
  }

  /** Calls `listener` once the database was closed or destroyed. @returns {() => void} forgets it */
  onClosed(listener) {
    this.#onClosed.add(listener);
    return () => this.#onClosed.delete(listener);
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

  /** Ends all work on this database here, after the writes that were called before. Loses nothing. */
  close() {
    return this.#session.close(this.#writer.idle).finally(() => this.#ended());
  }

  /** Deletes the local store. Remotes are not touched. */
  destroy() {
    return this.#session.destroy().finally(() => this.#ended());
  }

  /**
   * Attaches a remote; for connections.
   *
   * @param {import('./connection.js').Connection} connection
   * @param {(inWorker: boolean) => { remote?: object, bridge?: object }} remoteOf what `EngineService.connect` takes
   * @param {{ mode: string, poll: number, concurrency: number }} options
   * @param {(event: { event: string, detail: object }) => void} listener
   */
  async openRemote(connection, remoteOf, options, listener) {
    await this.ready;
    const id = this.#nextConnection++;
    this.#connections.set(id, { connection, listener });
    const remote = await this.#session.connect(id, remoteOf, options);
    return {
      remote,
      call: (method, parameters) => this.#session.call(method, { ...parameters, connection: id }),
      detach: async () => {
        this.#connections.delete(id);
        await this.#session.disconnect(id);
      },
    };
  }

  async #write(...parameters) {
    const written = await this.#writer.write(...parameters);
    await this.#subscriptions.delivered;
    return written;
  }

  #ended() {
    for (const { listener } of this.#connections.values())
      listener({ event: 'closed', detail: {} });
    this.#connections.clear();
    const listeners = [...this.#onClosed];
    this.#onClosed.clear();
    for (const listener of listeners) listener();
  }

  #hear({ connection, event, detail }) {
    if (connection !== 0) {
      this.#connections.get(connection)?.listener({ event, detail });
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
