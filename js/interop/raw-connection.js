import { ReplicationError } from '../errors.js';
import { RemoteCars } from './cars.js';
import { CarLog } from './car-log.js';
import { asBytes, checkConnector } from './connector-check.js';
import { parseHeader } from './meta-header.js';
import { Outbox } from './outbox.js';
import { Patience } from './patience.js';
import { memoryQueue } from './queue-store.js';
import { RemoteMeta, sameBytes } from './remote-meta.js';

/** Milliseconds between two looks at the meta. */
const POLL = 5000;

/** Milliseconds after which a meta is looked at again where the remote knows no conditions. */
const SETTLE = [500, 2000];

/** Conditional writes in a row before it waits longer. */
const ROUNDS = 5;

/**
 * The functions with which Fireproof 0.14 replicates through a connector: `connect.raw(db, rawConnection(connector))`
 * (format page 0.14, section 2.3). See docs/javascript-fireproof.md for what is promised.
 *
 * @param {import('../connectors/connector.js').Connector} connector of a database of format 0.14
 * @param {object} [options]
 * @param {import('./queue-store.js').QueueStore} [options.queue] default: memory
 * @param {{ first: number, longest: number }} [options.retry] milliseconds
 * @param {(error: ReplicationError) => void} [options.onError] hears of each failure that is tried again
 * @throws {ReplicationError} `invalid-argument` if the connector cannot write
 */
export function rawConnection(connector, { queue = memoryQueue(), ...options } = {}) {
  return new RawConnection(checkConnector(connector), queue, new Patience(options));
}

class RawConnection {
  #patience;
  #outbox;
  #cars;
  #meta;
  #name;
  /** Metas of this connection that the remote has stored, as text: later ones build on them. @type {Set<string>} */
  #own = new Set();
  #log;
  #answer;
  /** Settles with the first download of the meta. */
  #answered = new Promise((resolve) => (this.#answer = resolve));

  constructor(connector, queue, patience) {
    const { signal } = patience;
    this.#name = connector.name;
    this.#patience = patience;
    this.#meta = new RemoteMeta(connector, signal);
    this.#cars = new RemoteCars(connector, signal, (found) => this.#meta.learn(found));
    this.#log = new CarLog((cid) => this.#cars.get('data', cid));
    const send = (item) => this.#cars.put(item);
    this.#outbox = new Outbox({ store: queue, patience, send });
  }

  /** `{ pending: { cars, metas, bytes }, lastError }` */
  get status() {
    return this.#outbox.status;
  }

  /** Resolves when the remote has confirmed it. */
  dataUpload = async (bytes, { type, car }, { public: isPublic = false } = {}) => {
    const own = asBytes(bytes).slice();
    if (type === 'data') this.#log.add(car, own);
    const upload = { kind: type, cid: car, bytes: own, public: isPublic };
    const { confirmed } = await this.#outbox.addCar(upload);
    await confirmed;
  };

  /** @returns {Promise<Uint8Array | null>} null: the remote has no such CAR */
  dataDownload = async ({ type, car }) => {
    const waiting = this.#outbox.bytesOf(type, car);
    if (waiting) return waiting;
    try {
      return await this.#patience.insist(() => this.#cars.get(type, car));
    } catch (error) {
      if (error.code === 'not-found') return null;
      throw error;
    }
  };

  /** Waits for the remote: with no answer, a new database would begin a history of its own. */
  metaDownload = async () => {
    const { metas } = await this.#patience.insist(() => this.#meta.read());
    this.#answer();
    return metas.length === 0 ? null : metas;
  };

  /**
   * @returns {Promise<Uint8Array[] | null>} null: the remote has stored it; else the metas that the package has to merge
   *   first. It then uploads the merged one.
   */
  metaUpload = async (bytes) => {
    await this.#outbox.drained();
    const own = asBytes(bytes).slice();
    return this.#patience.insist(() => this.#publish(own));
  };

  /**
   * Looks at the remote again and again, which connect 0.14 does not do by itself, and has the connection refreshed when
   * the meta is another one.
   *
   * @param {{ refresh: () => Promise<any> }} connection what `connect.raw` gave
   * @param {{ poll?: number }} [options] milliseconds, default 5 s
   * @returns {() => void} ends it
   */
  watch(connection, { poll = POLL } = {}) {
    let isOver = false;
    const look = async () => {
      while (!isOver && !this.#patience.isClosed) {
        await this.#patience.sleep(this.#patience.between(poll / 2, poll * 1.5));
        if (isOver || this.#patience.isClosed) return;
        await this.#refresh(connection).catch((error) => this.#patience.report(error));
      }
    };
    look();
    return () => (isOver = true);
  }

  /**
   * Resolves when the package has merged what the remote had, as its own `connection.loaded` does not: a new database
   * that is written before has a history and a key of its own, and never merges.
   *
   * @param {object} db of Fireproof 0.14, after `connect.raw`
   */
  async loaded(db) {
    await this.#answered;
    await db._crdt.blocks.loader.remoteMetaLoading;
  }

  /** Resolves when the remote has confirmed all CARs that were handed over. */
  synced() {
    return this.#outbox.drained();
  }

  /** Ends requests and waiting. What is in a queue that lasts is sent by the next connection with it. */
  close() {
    this.#patience.close();
  }

  async #refresh(connection) {
    const before = this.#meta.known;
    const now = await this.#meta.read();
    const isOwn = now.metas.every((each) => this.#own.has(textOf(each)));
    if (now !== before && !isOwn) await connection.refresh();
  }

  /** One try. @returns {Promise<Uint8Array[] | null>} */
  async #publish(bytes) {
    const meta = this.#meta;
    const isNew = meta.known === null || !meta.isConditional;
    let known = isNew ? await meta.read() : meta.known;
    for (let round = 0; round < ROUNDS; round++) {
      const isThere = known.metas.some((each) => sameBytes(each, bytes));
      const others = isThere ? [] : await this.#notCovered(known.metas, bytes);
      if (others.length > 0) return others;
      if (isThere || (await meta.replace(known, bytes))) {
        this.#own.add(textOf(bytes));
        if (isThere || meta.wasGuarded) return null;
        await this.#patience.sleep(this.#patience.between(...SETTLE));
      }
      known = await meta.read();
    }
    const message = 'other devices write the meta all the time';
    throw new ReplicationError('conflict', message, { remote: this.#name, retryable: true });
  }

  /** Those that a meta does not build on. @throws {ReplicationError} `key-mismatch` */
  async #notCovered(metas, bytes) {
    const own = parseHeader(bytes);
    const others = [];
    for (const meta of metas.filter((each) => !this.#own.has(textOf(each)))) {
      const other = parseHeader(meta);
      if (own.key !== other.key) {
        const message = 'the remote has the database under another key; neither is changed';
        throw new ReplicationError('key-mismatch', message, { remote: this.#name });
      }
      if (!(await this.#log.contains(own, other.car))) others.push(meta);
    }
    return others;
  }
}

const textOf = (bytes) => new TextDecoder().decode(bytes);
