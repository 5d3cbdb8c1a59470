import { connect, fireproof } from 'fireproof-wasm';
import { rivalsOf } from './history.js';
import { OwnEvents } from './own-events.js';
import { Wire } from './wire.js';

/** Milliseconds between two looks at a remote. */
const POLL = 1500;

/** How many events are drawn. */
const EVENTS = 40;

/** What the automatic writer writes to: few documents, so that devices meet. */
const SUBJECTS = ['apples', 'bread', 'cheese', 'figs', 'milk', 'olives', 'rice', 'tea'];

/** Milliseconds between two writes of the automatic writer, at least and at most. */
const PACE = [500, 1500];

/**
 * @typedef {object} Link the connection to one remote
 * @property {'rest' | 's3'} kind
 * @property {Wire} wire
 * @property {import('fireproof-wasm').Connection} connection
 *
 * @typedef {object} Picture what a device has
 * @property {object[]} documents
 * @property {import('./history.js').Row[]} events newest first
 * @property {string[]} clock
 * @property {Map<string, object[]>} rivals by id: what was written at once by devices that did not know of each other
 */

/**
 * A database with its two connections. Events: `change`, when `picture` is another one; `cut`, when a wire was
 * cut or mended; `failure`, `detail` is the error.
 */
export class Device extends EventTarget {
  /** @type {Picture} */
  picture = { documents: [], events: [], clock: [], rivals: new Map() };
  /** @type {Link[]} */
  links;
  #own;
  #database;
  #timer;
  isWriting = false;
  #isLoading = false;
  #isStale = false;
  /** What events wrote, by event and key; it never changes. @type {Map<string, object>} */
  #writings = new Map();

  /**
   * @param {object} options
   * @param {string} options.name of the device
   * @param {'indexeddb' | 'memory'} options.storage
   * @param {{ database: string, key: string, rest: object, s3: object }} options.remotes
   */
  constructor({ name, storage, remotes: { database, key, ...remotes } }) {
    super();
    this.name = name;
    this.storage = storage;
    this.#own = new OwnEvents(storage === 'memory' ? null : `own events of ${database}`);
    this.#database = fireproof(database, { key, storage });
    this.#database.addEventListener('change', () => this.#load());
    this.#database.addEventListener('error', ({ detail }) => this.#fail(detail));
    this.#load();
    this.links = ['rest', 's3'].map((kind) => {
      const wire = new Wire();
      const options = { ...remotes[kind], fetch: wire.fetch, poll: POLL };
      return { kind, wire, connection: connect[kind](this.#database, options) };
    });
  }

  /** Whether an event was written here. */
  wrote(cid) {
    return this.#own.has(cid);
  }

  write(id, text) {
    return this.#keep(this.#database.put({ _id: id, text, by: this.name }));
  }

  delete(id) {
    return this.#keep(this.#database.del(id));
  }

  /** @param {Link} link @param {boolean} isCut */
  setCut({ wire, connection }, isCut) {
    if (isCut) wire.cut();
    else wire.mend();
    if (!isCut) connection.refresh().catch(() => {}); // its status tells
    this.dispatchEvent(new Event('cut'));
  }

  /** Writes now and then, until it fails. @param {boolean} isOn */
  writeByItself(isOn) {
    this.isWriting = isOn;
    clearTimeout(this.#timer);
    if (!isOn) return;
    const [least, most] = PACE;
    const later = least + Math.random() * (most - least);
    this.#timer = setTimeout(async () => {
      const subject = SUBJECTS[Math.floor(Math.random() * SUBJECTS.length)];
      const amount = 1 + Math.floor(Math.random() * 99);
      await this.write(subject, `${amount} kg`).catch(() => (this.isWriting = false));
      this.writeByItself(this.isWriting);
    }, later);
  }

  async #keep(writing) {
    try {
      const { clock } = await writing;
      this.#own.add(clock);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    await this.#load();
  }

  /** Once at a time, and once more if something changed meanwhile. */
  async #load() {
    this.#isStale = true;
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        this.picture = await this.#look();
        this.dispatchEvent(new Event('change'));
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isLoading = false;
  }

  /** @returns {Promise<Picture>} */
  async #look() {
    const [{ rows }, { rows: events, clock }] = await Promise.all([
      this.#database.allDocs(),
      this.#database.events({ limit: EVENTS }),
    ]);
    const documents = rows.map(({ value }) => value);
    return { documents, events, clock, rivals: await this.#rivals(events) };
  }

  #fail(error) {
    this.dispatchEvent(new CustomEvent('failure', { detail: error }));
  }

  async #rivals(events) {
    const rivals = new Map();
    for (const [id, cids] of rivalsOf(events)) {
      rivals.set(id, await Promise.all(cids.map((cid) => this.#writingOf(cid, id))));
    }
    return rivals;
  }

  /** The document as an event left it, looked up in the state at that event. */
  async #writingOf(cid, id) {
    const name = `${cid}/${id}`;
    if (!this.#writings.has(name)) {
      const deleted = { _id: id, _deleted: true };
      const writing = await this.#database
        .at([cid])
        .get(id)
        .catch(({ code }) => (code === 'not-found' ? deleted : { _id: id, text: null }));
      this.#writings.set(name, writing);
    }
    return this.#writings.get(name);
  }
}
