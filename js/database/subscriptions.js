import { checkFlag, checkMembers, refuse } from './members.js';

/**
 * The parameters of `subscribe`, checked.
 *
 * @param {unknown} listener
 * @param {{ updates?: boolean } | boolean | null} [options]
 * @returns {[(documents: object[]) => void, { updates: boolean }]}
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkListener(listener, options) {
  if (typeof listener !== 'function') refuse('`subscribe` takes a function');
  const given = typeof options === 'boolean' ? { updates: options } : options;
  const { updates = true } = checkMembers(given, ['updates'], 'subscribe()');
  checkFlag(updates, 'updates');
  return [listener, { updates }];
}

/** Who wants to hear of applied changes, and the deliveries to them. */
export class Subscriptions {
  #reader;
  /** @type {Set<{ listener: (documents: object[]) => void, updates: boolean }>} */
  #subscribers = new Set();
  /** Settles when the changes before have been delivered, so that all come in order. @type {Promise<void>} */
  #delivery = Promise.resolve();

  /** @param {import('./reader.js').Reader} reader */
  constructor(reader) {
    this.#reader = reader;
  }

  /** @returns {() => void} ends the subscription */
  add(listener, { updates }) {
    const subscriber = { listener, updates };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /**
   * Tells those who subscribe at this moment of one applied change, with the documents that it changed.
   *
   * @param {{ previous: string[], clock: string[] }} change the head before and after
   */
  deliver(change) {
    const subscribers = [...this.#subscribers];
    if (subscribers.length === 0) return;
    this.#delivery = this.#delivery.then(() => this.#deliver(change, subscribers)).catch(() => {}); // closed meanwhile, or unreadable: then reads report it
  }

  /** Settles when everybody was told of what has been applied so far. */
  get delivered() {
    return this.#delivery;
  }

  async #deliver(change, subscribers) {
    const wanted = subscribers.some(({ updates }) => updates);
    const documents = wanted ? await this.#documentsOf(change) : [];
    for (const subscriber of subscribers) {
      if (!this.#subscribers.has(subscriber)) continue;
      notify(subscriber.listener, subscriber.updates ? documents : []);
    }
  }

  async #documentsOf({ previous, clock }) {
    const { rows } = await this.#reader
      .at(clock)
      .allAffected(previous)
      .catch((error) => {
        // A seal or a compaction has dropped values that were superseded since: the newest state is told in their place.
        if (error.code !== 'corrupt-block') throw error;
        return this.#reader.allAffected(previous);
      });
    return rows.map(({ value }) => value);
  }
}

function notify(listener, documents) {
  try {
    listener(documents);
  } catch (error) {
    // A listener's mistake is the application's to see, not a reason to starve the others.
    queueMicrotask(() => {
      throw error;
    });
  }
}
