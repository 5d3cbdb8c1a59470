import { ReplicationError, asReplicationError } from '../errors.js';
import { whyNoItem } from './queue-store.js';

/** Uploads at a time. */
const PARALLEL = 6;

/**
 * @typedef {object} Item
 * @property {string} id unique in a queue
 * @property {'data' | 'file' | 'meta'} kind
 * @property {string} [cid] of a CAR
 * @property {Uint8Array} bytes
 * @property {boolean} [public] of a file
 * @property {string} [session] of a meta: the one that gave it
 * @property {number} order metas wait for all CARs of a lower number
 */

/**
 * What the package has handed over and the remote has not confirmed: CARs in any order, several at a time, and metas one
 * by one, each after all CARs that came before it. What fails is sent again until it is confirmed.
 */
export class Outbox {
  #send;
  #store;
  #patience;
  /** @type {Map<string, Item & { failures: number, due: number, isRunning: boolean, done: object }>} */
  #items = new Map();
  #confirmed = new Set();
  #nextOrder = 1;
  #timer;
  #opening;
  #lastError = null;
  #waiting = [];

  /**
   * @param {object} options
   * @param {import('./queue-store.js').QueueStore} options.store
   * @param {import('./patience.js').Patience} options.patience
   * @param {(item: Item) => Promise<any>} options.send resolves when the remote has confirmed it
   */
  constructor({ store, patience, send }) {
    this.#store = store;
    this.#patience = patience;
    this.#send = send;
    this.#opening = this.#open();
    this.#opening.catch(() => {});
    patience.signal.addEventListener('abort', () => this.#end());
  }

  /** How much is not confirmed yet, and why: the last failure since something was confirmed. */
  get status() {
    const items = [...this.#items.values()];
    const cars = items.filter(({ kind }) => kind !== 'meta');
    const bytes = items.reduce((sum, item) => sum + item.bytes.length, 0);
    const metas = items.length - cars.length;
    return { pending: { cars: cars.length, metas, bytes }, lastError: this.#lastError };
  }

  /** The bytes of a CAR that is still here. @returns {Uint8Array | undefined} */
  bytesOf(kind, cid) {
    return this.#items.get(idOf(kind, cid))?.bytes;
  }

  /**
   * Keeps a CAR, unless the remote is known to have it.
   *
   * @param {{ kind: 'data' | 'file', cid: string, bytes: Uint8Array, public?: boolean }} car
   * @returns {Promise<{ confirmed: Promise<void> }>} when it is kept
   */
  async addCar(car) {
    await this.#opening;
    const id = idOf(car.kind, car.cid);
    if (this.#confirmed.has(id)) return { confirmed: Promise.resolve() };
    const item = this.#items.get(id) ?? this.#enter(this.#numbered({ ...car, id }));
    await this.#keep(item);
    return { confirmed: item.done.promise };
  }

  /**
   * Keeps a meta. Of those that wait, the oldest and the newest are kept: what lies between is named by the newest, and
   * the oldest is not put off for ever by new CARs.
   *
   * @param {Uint8Array} bytes
   * @param {string} session of which each meta names all that the ones before it named
   * @returns {Promise<{ confirmed: Promise<any> }>} `confirmed` settles with what `send` gave
   */
  async addMeta(bytes, session) {
    await this.#opening;
    const waiting = [...this.#items.values()].filter(
      (item) => item.kind === 'meta' && item.session === session && !item.isRunning,
    );
    const id = `meta/${session}/${this.#nextOrder}`;
    const item = this.#enter(this.#numbered({ kind: 'meta', id, bytes, session }));
    await this.#keep(item);
    for (const old of waiting.slice(1)) {
      if (old.isRunning || !this.#items.has(old.id)) continue;
      this.#items.delete(old.id);
      await this.#store.remove(old.id);
      item.done.promise.then(old.done.resolve, old.done.reject);
    }
    return { confirmed: item.done.promise };
  }

  /** Resolves when nothing is left. @throws {ReplicationError} `closed` */
  async drained() {
    await this.#opening;
    if (this.#patience.isClosed) throw closed();
    if (this.#items.size === 0) return;
    await new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async #open() {
    const { items: found, confirmed, damaged = [] } = await this.#store.load();
    if (this.#patience.isClosed) throw closed();
    for (const id of confirmed) this.#confirmed.add(id);
    const items = found.filter((item) => whyNoItem(item) === null);
    const others = found.filter((item) => whyNoItem(item) !== null);
    // One that is damaged stops only itself.
    for (const what of [...damaged, ...others.map((item) => `${item?.id}: ${whyNoItem(item)}`)])
      this.#report(
        new ReplicationError('storage-lost', `an item of the queue is damaged, ${what}`),
      );
    for (const item of items.sort((a, b) => a.order - b.order)) {
      this.#nextOrder = Math.max(this.#nextOrder, item.order + 1);
      this.#enter(item).isKept = true;
    }
    this.#pump();
  }

  #numbered(record) {
    if (this.#patience.isClosed) throw closed();
    return { ...record, order: this.#nextOrder++ };
  }

  #enter(record) {
    const done = {};
    done.promise = new Promise((resolve, reject) => Object.assign(done, { resolve, reject }));
    done.promise.catch(() => {}); // nobody has to wait for it
    const state = { record, failures: 0, due: 0, isRunning: false, isKept: false, done };
    const item = { ...record, ...state };
    this.#items.set(item.id, item);
    return item;
  }

  /** Resolves when the store has an item; it is not sent before, so that what the store has is never out of date. */
  #keep(item) {
    if (item.isKept) return undefined;
    item.keeping ??= this.#store.put(item.record).then(
      () => {
        item.isKept = true;
        this.#pump();
      },
      (error) => {
        this.#items.delete(item.id);
        throw error;
      },
    );
    return item.keeping;
  }

  /** Starts what is due, and sees to it that this is called again. */
  #pump() {
    clearTimeout(this.#timer);
    if (this.#patience.isClosed) return;
    const now = performance.now();
    let running = [...this.#items.values()].filter(({ isRunning }) => isRunning).length;
    let next = Infinity;
    for (const item of this.#items.values()) {
      if (item.isRunning || !this.#isReady(item)) continue;
      const due = Math.max(item.due, this.#patience.due);
      if (due > now) next = Math.min(next, due);
      else if (running < (this.#patience.isDoubting ? 1 : PARALLEL)) {
        running += 1;
        this.#run(item);
      }
    }
    if (next !== Infinity) this.#timer = setTimeout(() => this.#pump(), next - now + 1);
  }

  #isReady({ kind, order, isKept }) {
    if (!isKept || kind !== 'meta') return isKept;
    return [...this.#items.values()].every((other) => other.order >= order);
  }

  async #run(item) {
    item.isRunning = true;
    try {
      const result = await this.#send(item);
      if (item.kind !== 'meta') this.#confirmed.add(item.id);
      await this.#store.confirm(item.id, item.kind !== 'meta');
      this.#patience.succeeded();
      this.#lastError = null;
      this.#items.delete(item.id);
      item.done.resolve(result);
    } catch (caught) {
      this.#fail(item, asReplicationError(caught, 'server', `upload of ${item.cid ?? 'a meta'}`));
    }
    item.isRunning = false;
    if (this.#items.size === 0) for (const { resolve } of this.#waiting.splice(0)) resolve();
    this.#pump();
  }

  #fail(item, error) {
    if (this.#patience.isClosed) return;
    item.failures += 1;
    item.due = performance.now() + this.#patience.delayAfter(item.failures, error);
    this.#patience.failed(error);
    this.#report(error);
  }

  #report(error) {
    this.#lastError = error;
    this.#patience.report(error);
  }

  #end() {
    clearTimeout(this.#timer);
    for (const { done } of this.#items.values()) done.reject(closed());
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
  }
}

const idOf = (kind, cid) => `${kind}/${cid}`;

const closed = () => new ReplicationError('closed', 'the adapter was closed');
