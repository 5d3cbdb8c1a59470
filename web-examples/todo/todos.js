import { fireproof } from 'fireproof-wasm';

/**
 * @typedef {object} Todo a document
 * @property {string} _id made by the package, so that later ones come later
 * @property {string} text
 * @property {boolean} done
 */

/**
 * The todos of this browser. What another tab changes comes the same way as what this one does: by `subscribe`.
 * Event: `change`.
 */
export class Todos extends EventTarget {
  #database = fireproof('todo');
  /** @type {Map<string, Todo>} */
  #byId = new Map();
  #loaded;

  constructor() {
    super();
    this.#loaded = this.#load();
    // Changes that are told while the rest is being loaded wait for it.
    this.#database.subscribe((documents) =>
      this.#loaded.then(
        () => this.#apply(documents),
        () => {},
      ),
    );
  }

  /** Settles when the stored todos are there. */
  get loaded() {
    return this.#loaded;
  }

  /** @returns {Todo[]} the oldest first */
  get all() {
    return [...this.#byId.values()].sort((a, b) => (a._id < b._id ? -1 : 1));
  }

  // Each of these settles when the change is stored.

  add(text) {
    return this.#database.put({ text, done: false });
  }

  /** @param {{ text?: string, done?: boolean }} members the new ones; of a todo that was deleted meanwhile: ignored */
  async change(id, members) {
    const todo = this.#byId.get(id);
    if (todo) await this.#database.put({ ...todo, ...members });
  }

  delete(id) {
    return this.#database.del(id);
  }

  deleteDone() {
    const done = this.all.filter((todo) => todo.done);
    return this.#database.bulk(done.map(({ _id }) => ({ _id, _deleted: true })));
  }

  async #load() {
    const { rows } = await this.#database.allDocs();
    this.#apply(rows.map(({ value }) => value));
  }

  #apply(documents) {
    for (const document of documents) {
      if (document._deleted) this.#byId.delete(document._id);
      else this.#byId.set(document._id, document);
    }
    this.dispatchEvent(new Event('change'));
  }
}
