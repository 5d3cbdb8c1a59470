import { frozenValue } from './frozen-value.js';
import { same } from './same.js';

/**
 * A value as it is now. It never changes: a new one takes its place.
 *
 * @template Value
 * @typedef {object} Snapshot
 * @property {boolean} hydrated whether `value` was read
 * @property {Value | undefined} value of the last time that reading succeeded
 * @property {Error | null} error of the last time, if that failed
 */

/** @type {Snapshot<never>} what a live value has before anybody subscribes, and what a server renders */
export const UNREAD = Object.freeze({ hydrated: false, value: undefined, error: null });

/**
 * A value that stays up to date, for stores and hooks of user interfaces. It works only while somebody subscribes. However many
 * changes come while it reads, it reads once more, and it tells only what differs.
 *
 * @template Value
 */
export class LiveValue {
  #read;
  #listen;
  /** @type {Snapshot<Value>} */
  #snapshot = UNREAD;
  /** One object a subscription, so that one function can subscribe twice. @type {Set<{ run: (snapshot: Snapshot<Value>) => void }>} */
  #subscriptions = new Set();
  /** Ends listening; undefined: nobody subscribes. */
  #stop;
  #reading = false;
  #stale = false;

  /**
   * @param {object} source
   * @param {() => Promise<Value>} source.read
   * @param {(changed: () => void) => () => void} source.listen calls `changed` when the value may be another one; gives what ends it
   */
  constructor({ read, listen }) {
    this.#read = read;
    this.#listen = listen;
  }

  /** The last snapshot: as old as the last subscription, if there is none now. */
  get() {
    return this.#snapshot;
  }

  /** Whether somebody subscribes. */
  get active() {
    return this.#subscriptions.size > 0;
  }

  /**
   * Calls `run` at once and with each further snapshot.
   *
   * @param {(snapshot: Snapshot<Value>) => void} run
   * @returns {() => void} ends the subscription
   */
  subscribe(run) {
    const subscription = { run };
    this.#subscriptions.add(subscription);
    if (this.#subscriptions.size === 1) {
      this.#stop = this.#listen(() => this.#refresh());
      this.#refresh();
    }
    run(this.#snapshot);
    return () => this.#unsubscribe(subscription);
  }

  #unsubscribe(subscription) {
    if (!this.#subscriptions.delete(subscription) || this.active) return;
    this.#stop();
    this.#stop = undefined;
  }

  async #refresh() {
    this.#stale = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#stale && this.active) {
      this.#stale = false;
      const snapshot = await this.#next();
      if (this.active) this.#tell(snapshot);
    }
    this.#reading = false;
  }

  /** @returns {Promise<Snapshot<Value>>} the same one if nothing differs */
  async #next() {
    const { hydrated, value: before, error: failed } = this.#snapshot;
    try {
      const value = await this.#read();
      if (hydrated && !failed && same(before, value)) return this.#snapshot;
      return Object.freeze({ hydrated: true, value: frozenValue(value), error: null });
    } catch (error) {
      return Object.freeze({ hydrated, value: before, error });
    }
  }

  #tell(snapshot) {
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    for (const { run } of [...this.#subscriptions]) tellOne(run, snapshot);
  }
}

function tellOne(run, snapshot) {
  try {
    run(snapshot);
  } catch (error) {
    // A subscriber's mistake is the application's to see, not a reason to starve the others.
    queueMicrotask(() => {
      throw error;
    });
  }
}
