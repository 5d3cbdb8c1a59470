import { connect, fireproof } from 'fireproof-wasm';

/** Milliseconds between two looks at the remote. */
const POLL = 3000;

/**
 * @typedef {object} State what there is to show of one open database
 * @property {import('./address.js').Address} address
 * @property {{ key: string, value: object }[]} rows all live documents, in key order
 * @property {{ prefix: string, rows: { key: string, value: object }[], milliseconds: number }}
 *   found those whose id starts with the prefix
 * @property {readonly string[]} clock the head
 * @property {number} storedCars in IndexedDB
 * @property {object} status of the connection, see the package's `ConnectionStatus`
 * @property {object | null} progress the last `progress` event
 * @property {Error | null} failure why the documents cannot be read, or else why the last round
 *   failed; null again when that works
 * @property {boolean} loaded the first pull is applied
 * @property {{ opened?: number, firstDocuments?: number, allDocs?: number }} times milliseconds:
 *   from the start until the local store was open, until the first documents were there; what
 *   `allDocs()` took
 * @property {'network' | 'device' | null} source of the first documents: the remote, or what this
 *   browser kept
 */

/**
 * One database that is open in this page, attached to its remote. Event: `change`, when `state` is
 * a new one.
 */
export class Session extends EventTarget {
  #database;
  #connection;
  #start = performance.now();
  #prefix = '';
  #isClosed = false;
  #reading = Promise.resolve();
  /** @type {{ reading: Error | null, pulling: Error | null }} */
  #failures = { reading: null, pulling: null };
  /** @type {State} */
  #state;

  /**
   * @param {import('./address.js').Address & { key?: string }} options without a key, the one kept
   * here
   */
  constructor({ format, database, url, key }) {
    super();
    this.#database = fireproof(database, { format, key: key || undefined });
    this.#connection = connect.rest(this.#database, { url, mode: 'pull', poll: POLL });
    this.#state = {
      address: { format, database, url },
      rows: [],
      found: { prefix: '', rows: [], milliseconds: 0 },
      clock: [],
      storedCars: 0,
      status: this.#connection.status,
      progress: null,
      failure: null,
      loaded: false,
      times: {},
      source: null,
    };
    this.#listen();
    this.#open();
  }

  get state() {
    return this.#state;
  }

  /** Narrows `state.found` down to ids that start with a text. */
  filter(prefix) {
    this.#prefix = prefix;
    return this.#read();
  }

  /** Looks at the remote now. */
  async refresh() {
    await this.#connection.refresh().catch(() => {}); // `state.failure` tells why
  }

  async close() {
    this.#isClosed = true;
    await this.#database.close();
  }

  /** Closes and deletes what this browser keeps of the database. */
  async destroy() {
    this.#isClosed = true;
    await this.#database.destroy();
  }

  #listen() {
    this.#connection.addEventListener('status', ({ detail }) => this.#takeStatus(detail));
    this.#connection.addEventListener('progress', ({ detail }) =>
      this.#update({ progress: detail }),
    );
    this.#database.addEventListener('change', () => this.#read());
    this.#database.addEventListener('error', ({ detail }) => this.#fail({ reading: detail }));
    this.#connection.loaded.then(
      () => this.#read({ loaded: true }),
      () => {}, // it ended before; the status says why
    );
  }

  async #open() {
    try {
      await this.#database.ready;
    } catch (error) {
      return this.#fail({ reading: error });
    }
    const isKept = this.#database.clock.length > 0;
    const opened = performance.now() - this.#start;
    this.#update({ times: { opened }, source: isKept ? 'device' : 'network' });
    await this.#read();
  }

  #takeStatus(status) {
    const { state, lastError } = status;
    this.#update({ status });
    if (['error', 'offline', 'unauthorized'].includes(state)) this.#fail({ pulling: lastError });
    // A round that goes on after a broken network is news; one that tries a wrong key again is not.
    const isOver = state === 'idle' || (state === 'pulling' && this.#failures.pulling?.retryable);
    if (isOver) this.#fail({ pulling: null });
  }

  /** @param {{ reading?: Error | null, pulling?: Error | null }} failures null: it works (again) */
  #fail(failures) {
    Object.assign(this.#failures, failures);
    this.#update({ failure: this.#failures.reading ?? this.#failures.pulling });
  }

  /**
   * Reads the documents into the state, after whoever is reading them now.
   * @param {Partial<State>} [news] what else becomes true with the documents
   */
  #read(news = {}) {
    this.#reading = this.#reading.then(async () => {
      try {
        this.#update({ ...(await this.#documents()), ...news });
        this.#fail({ reading: null });
      } catch (error) {
        this.#fail({ reading: error });
      }
    });
    return this.#reading;
  }

  /** @returns {Promise<Partial<State>>} */
  async #documents() {
    const { clock: shown, rows: known, found, times } = this.#state;
    const prefix = this.#prefix;
    const isKnown = String(shown) === String(this.#database.clock);
    if (isKnown) return found.prefix === prefix ? {} : { found: await this.#find(prefix, known) };
    const start = performance.now();
    const { rows, clock } = await this.#database.allDocs();
    const end = performance.now();
    const { cars } = await this.#database.inspect();
    return {
      rows,
      clock,
      found: await this.#find(prefix, rows),
      storedCars: cars.flat().length,
      times: {
        ...times,
        allDocs: end - start,
        firstDocuments: times.firstDocuments ?? end - this.#start,
      },
    };
  }

  async #find(prefix, all) {
    if (prefix === '') return { prefix, rows: all, milliseconds: 0 };
    const start = performance.now();
    const { rows } = await this.#database.allDocs({ prefix });
    return { prefix, rows, milliseconds: performance.now() - start };
  }

  /** @param {Partial<State>} news */
  #update(news) {
    if (this.#isClosed) return;
    this.#state = { ...this.#state, ...news };
    this.dispatchEvent(new Event('change'));
  }
}
