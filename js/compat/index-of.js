/** An index that has a name, as the JavaScript package has them. Its rows are kept as long as its function is. */
export class Index {
  #database;

  /**
   * @param {object} database
   * @param {string} name of the index, and of the member that it indexes if there is no function
   * @param {Function} [map]
   */
  constructor(database, name, map) {
    this.#database = database;
    this.name = name;
    this.map = map;
  }

  /** What `database.query` answers. @param {object} [options] of it */
  query(options) {
    return this.#database.query(this.map ?? this.name, options);
  }
}

/** @type {WeakMap<object, Map<string, Index>>} */
const indexes = new WeakMap();

/**
 * The index of a name: made with `map` or for the member of that name, and the same one until another function is given.
 *
 * @param {object} database
 * @param {string} name
 * @param {Function} [map]
 */
export function index(database, name, map) {
  if (!indexes.has(database)) indexes.set(database, new Map());
  const known = indexes.get(database).get(name);
  if (known && (!map || known.map === map)) return known;
  const made = new Index(database, name, map);
  indexes.get(database).set(name, made);
  return made;
}
