import { ReplicationError } from '../errors.js';
import { applyPatches, asFile, attachFiles, carsOf } from './documents.js';
import { checkOptions, rangeOf } from './options.js';

/**
 * A database. Made by `fireproof()`; every method waits for opening by itself and rejects with
 * ReplicationErrors.
 *
 * Events: `change` (`detail: { clock }`) after each applied remote head.
 */
export class Database extends EventTarget {
  #name;
  #format;
  #engine;
  #opening;
  #closing;
  #clock = Object.freeze([]);
  #subscribers = new Set();
  /** Set while changes are being delivered, so that no change is delivered twice. @type {Promise<void>} */
  #delivery = Promise.resolve();
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
    this.#engine = spawn(checked);
    this.#opening = this.#open(checked);
    this.#opening.catch(() => {}); // each method reports it; nobody has to look at `ready`
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
    return this.#opening;
  }

  /** Event CIDs of the head as text, sorted. @type {readonly string[]} */
  get clock() {
    return this.#clock;
  }

  /** @returns {Promise<object>} the document, with `_id` */
  async get(id) {
    checkId(id);
    const { doc } = await this.#read('get', { id });
    return this.#withFiles(doc);
  }

  /** Live documents in key order: `{ rows: [{ key, value }], clock }`. */
  async allDocs(options = {}) {
    const answer = await this.#read('allDocs', rangeOf(options));
    for (const row of answer.rows) this.#withFiles(row.value);
    return answer;
  }

  /**
   * What changed since a clock, oldest first, one row a key with its merged state:
   * `{ rows: [{ key, value, deleted? }], clock }`.
   */
  async changes(since = [], { limit } = {}) {
    if (!Array.isArray(since) || !since.every((event) => typeof event === 'string')) {
      throw new ReplicationError(
        'invalid-argument',
        '`since` is a list of event CIDs, as `clock` gives it',
      );
    }
    const answer = await this.#read('changes', { since, ...rangeOf({ limit }) });
    for (const row of answer.rows) this.#withFiles(row.value);
    return answer;
  }

  /**
   * Calls `listener` once for each applied head: with the documents that changed, deleted ones as
   * `{ _id, _deleted: true }`, or with an empty list if `updates` is false.
   *
   * @param {(documents: object[]) => void} listener
   * @returns {() => void} ends the subscription
   */
  subscribe(listener, { updates = true } = {}) {
    const subscriber = { listener, updates };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** The key that seals, `{ hex, base58 }`; null if there is none (yet), or the database is public. */
  exportKey() {
    return this.#read('exportKey');
  }

  /** Adds a key for reading. */
  async addKey(key) {
    if (typeof key !== 'string') throw new ReplicationError('invalid-key', 'a key is a text');
    await this.#read('addKey', { key });
  }

  /** What is stored: `{ clock, cars, archive, missing }`, CAR groups newest first. For tools and tests. */
  inspect() {
    return this.#read('inspect');
  }

  /** Ends all work on this database here. Loses nothing. */
  close() {
    this.#closing ??= this.#end('close');
    return this.#closing;
  }

  /** Deletes the local store. Remotes are not touched. */
  destroy() {
    this.#closing ??= this.#opening.catch(() => {}).then(() => this.#end('destroy'));
    return this.#closing;
  }

  /**
   * Attaches a remote; for connections.
   *
   * @param {(inWorker: boolean) => object} remoteOf what `EngineService.connect` takes
   * @param {{ poll: number, concurrency: number }} options
   * @param {(event: { event: string, detail: object }) => void} listener
   */
  async attach(remoteOf, options, listener) {
    await this.#opening;
    this.#checkOpen();
    const id = this.#nextConnection++;
    this.#connections.set(id, listener);
    const remote = await this.#ask('connect', id, remoteOf(this.#engine.inWorker), options);
    return {
      remote,
      call: (method) => this.#read(method, { connection: id }),
      detach: async () => {
        this.#connections.delete(id);
        if (!this.#closing) await this.#ask('disconnect', id);
      },
    };
  }

  async #open({ name, format, key, storage, public: isPublic }) {
    const listener = (event) => this.#hear(event);
    await this.#ask('open', { name, format, key, storage, public: isPublic }, listener);
    const { value } = await this.#engine.service.call('inspect', {});
    this.#clock = Object.freeze(value.result.clock);
  }

  async #end(how) {
    try {
      await this.#ask(how);
    } finally {
      this.#engine.stop();
      for (const listener of this.#connections.values()) listener({ event: 'closed', detail: {} });
      this.#connections.clear();
    }
  }

  #checkOpen() {
    if (this.#closing) throw new ReplicationError('closed', `database "${this.#name}" is closed`);
  }

  async #ask(method, ...parameters) {
    const { value, error } = await this.#engine.service[method](...parameters);
    if (error) throw new ReplicationError(error.code, error.message);
    return value;
  }

  async #read(method, parameters = {}) {
    await this.#opening;
    this.#checkOpen();
    const { result } = await this.#ask('call', method, parameters);
    return result && applyPatches(result);
  }

  #withFiles(document) {
    return attachFiles(document, async (entry, name) => {
      await this.#opening;
      this.#checkOpen();
      const { bytes } = await this.#ask('call', 'file', {
        cars: carsOf(entry),
        cid: entry.cid['/'],
      });
      return asFile(bytes, name, entry);
    });
  }

  #hear({ connection, event, detail }) {
    if (connection !== 0) {
      this.#connections.get(connection)?.({ event, detail });
    } else if (event === 'change') {
      this.#clock = Object.freeze(detail.clock);
      this.#deliver(detail.previous);
      this.dispatchEvent(new CustomEvent('change', { detail: { clock: detail.clock } }));
    } else if (event === 'lost') {
      const error = new ReplicationError(detail.code, detail.message);
      this.dispatchEvent(new CustomEvent('error', { detail: error }));
    }
  }

  /** Tells subscribers of one applied head, after those before it. */
  #deliver(previous) {
    if (this.#subscribers.size === 0) return;
    this.#delivery = this.#delivery
      .then(async () => {
        const subscribers = [...this.#subscribers];
        const wanted = subscribers.some(({ updates }) => updates);
        const { rows } = wanted ? await this.changes(previous) : { rows: [] };
        const documents = rows.map(({ value }) => value);
        for (const subscriber of subscribers) {
          if (this.#subscribers.has(subscriber)) notify(subscriber, documents);
        }
      })
      .catch(() => {}); // closed meanwhile, or unreadable: then reads report it
  }
}

function notify({ listener, updates }, documents) {
  try {
    listener(updates ? documents : []);
  } catch (error) {
    // A listener's mistake is the application's to see, not a reason to starve the others.
    queueMicrotask(() => {
      throw error;
    });
  }
}

function checkId(id) {
  if (typeof id !== 'string' || id === '') {
    throw new ReplicationError('invalid-argument', 'a document id is a text that is not empty');
  }
}
