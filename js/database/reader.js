import { checkId } from './document-id.js';
import { attachFiles } from './documents.js';
import { chosenOf } from './listing.js';
import { checkMembers } from './members.js';
import { checkClock, checkLimit, listingOf } from './options.js';

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

  /** Where what is worth a look is reported. */
  get logger() {
    return this.#session.logger;
  }

  /** @returns {Promise<object>} the document, with `_id` */
  async get(id) {
    checkId(id);
    const { doc } = await this.#session.call('get', { id, ...this.#state });
    return this.#withFiles(doc);
  }

  /** `{ rows: [{ key, value, deleted? }], clock, name }`: live documents in key order, or deleted ones too. */
  async allDocs(options) {
    const { range, keys, includeDeleted } = listingOf(options);
    if (keys) return this.#listed(keys, range, includeDeleted);
    if (!includeDeleted) return this.#rows('allDocs', range);
    const { rows, ...answer } = await this.#rows('changes', { since: [] });
    return { rows: chosenOf(rows, range), ...answer };
  }

  /**
   * `{ rows: [{ key, value, deleted? }], clock, name }`: what changed since a clock, oldest first, one row a key. Going on from
   * the clock of the answer sees what `limit` left out.
   */
  async changes(since, options) {
    const { limit } = checkMembers(options, ['limit'], 'changes()');
    const from = checkClock(since ?? [], '`since`');
    return this.#rows('changes', { since: from, ...limitOf(limit) });
  }

  /**
   * The same, and before it the documents that no event since then names and that are another one now, because a
   * merge decided anew which of two writes wins.
   */
  async allAffected(since) {
    return this.#rows('changes', { since, allAffected: true });
  }

  /** `{ rows: [{ cid, parents, keys }], clock }`: the events of the clock, newest first. */
  async events(options) {
    const { limit } = checkMembers(options, ['limit'], 'events()');
    return this.#session.call('events', { ...limitOf(limit), ...this.#state });
  }

  /** The rows of certain ids, of one state, in the order of the ids. */
  async #listed(keys, { limit }, includeDeleted) {
    const { clock } = await this.#session.call('clockOf', this.#state);
    const { rows, ...answer } = await this.at(clock).#rowsOf(keys, includeDeleted);
    const byKey = new Map(rows.map((row) => [row.key, row]));
    const found = keys.map((key) => byKey.get(key)).filter(Boolean);
    return { rows: found.slice(0, limit), ...answer, clock };
  }

  async #rowsOf(keys, includeDeleted) {
    if (includeDeleted) return this.#rows('changes', { since: [] });
    const wanted = [...new Set(keys)].map((key) => this.#rows('allDocs', { from: key, to: key }));
    const answers = await Promise.all(wanted);
    return { rows: answers.flatMap(({ rows }) => rows), name: this.#session.name };
  }

  async #rows(method, parameters) {
    const answer = await this.#session.call(method, { ...parameters, ...this.#state });
    for (const row of answer.rows) this.#withFiles(row.value);
    return { ...answer, name: this.#session.name };
  }

  #withFiles(document) {
    return attachFiles(document, (entry, name) => this.#session.file(entry, name));
  }
}

const limitOf = (limit) => (limit == null ? {} : { limit: checkLimit(limit) });
