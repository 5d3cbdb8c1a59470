import { checkId } from './document-id.js';
import { attachFiles } from './documents.js';
import { checkClock, rangeOf } from './options.js';

/** Reads documents: those of now, or of an earlier state. */
export class Reader {
  #session;
  /** Goes with every call. @type {{ at?: readonly string[] | string }} */
  #state;

  /**
   * @param {import('./session.js').Session} session
   * @param {readonly string[] | string} [at] a clock, or the CID of a CAR whose header has one; absent: now
   */
  constructor(session, at) {
    this.#session = session;
    this.#state = at === undefined ? {} : { at };
  }

  /** The same for the state at a clock. */
  at(clock) {
    return new Reader(this.#session, clock);
  }

  /** @returns {Promise<object>} the document, with `_id` */
  async get(id) {
    checkId(id);
    const { doc } = await this.#session.call('get', { id, ...this.#state });
    return this.#withFiles(doc);
  }

  /** Live documents in key order: `{ rows: [{ key, value }], clock }`. */
  async allDocs(options = {}) {
    return this.#rows('allDocs', rangeOf(options));
  }

  /** `{ rows: [{ key, value, deleted? }], clock }`: what changed since a clock, oldest first, one row a key. */
  async changes(since = [], { limit } = {}) {
    checkClock(since, '`since`');
    return this.#rows('changes', { since, ...rangeOf({ limit }) });
  }

  /**
   * The same, and before it the documents that no event since then names and that are another one now, because a
   * merge decided anew which of two writes wins.
   */
  async allAffected(since) {
    return this.#rows('changes', { since, allAffected: true });
  }

  /** `{ rows: [{ cid, parents, keys }], clock }`: the events of the clock, newest first. */
  async events({ limit } = {}) {
    return this.#session.call('events', { ...rangeOf({ limit }), ...this.#state });
  }

  async #rows(method, parameters) {
    const answer = await this.#session.call(method, { ...parameters, ...this.#state });
    for (const row of answer.rows) this.#withFiles(row.value);
    return answer;
  }

  #withFiles(document) {
    return attachFiles(document, (entry, name) => this.#session.file(entry, name));
  }
}
