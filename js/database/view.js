import { Queries } from './query/queries.js';

/** A read-only view of an earlier state, made by `Database.at()`. Its methods are those of the database. */
export class View {
  #reader;
  #queries;

  /** @param {import('./reader.js').Reader} reader of that state */
  constructor(reader) {
    this.#reader = reader;
    this.#queries = new Queries(reader);
  }

  get(id) {
    return this.#reader.get(id);
  }

  allDocs(options) {
    return this.#reader.allDocs(options);
  }

  query(fieldOrMap, options) {
    return this.#queries.run(fieldOrMap, options);
  }
}
