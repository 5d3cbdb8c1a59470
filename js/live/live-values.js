import { LiveValue } from './live-value.js';
import { textOf } from './text-of.js';

/** Live values that nobody subscribes to, and that are kept all the same, for whoever asks for them next. */
const MOST_IDLE = 1000;

/** The live values of one database: who asks twice for the same one gets it twice, and it reads once. */
export class LiveValues {
  #database;
  #listen;
  /** By what is read, as text. @type {Map<string, LiveValue<any>>} */
  #byText = new Map();
  /** By function, then by options, as text. @type {WeakMap<Function, Map<string, LiveValue<any>>>} */
  #byFunction = new WeakMap();

  /** @param {import('../database/database.js').Database} database */
  constructor(database) {
    this.#database = database;
    this.#listen = (changed) => {
      database.addEventListener('change', changed);
      return () => database.removeEventListener('change', changed);
    };
  }

  /** Of a function of the application's own. @param {() => Promise<any>} read */
  of(read) {
    return this.#ofFunction(read, '', read);
  }

  /** @param {string} id the value is the document, or undefined if there is none */
  document(id) {
    const read = () =>
      this.#database.get(id).catch((error) => {
        if (error.code === 'not-found') return undefined;
        throw error;
      });
    return this.#ofText(`get ${id}`, read);
  }

  /**
   * @param {string | Function} fieldOrMap
   * @param {object} [options] of the query
   */
  query(fieldOrMap, options) {
    const read = () => this.#database.query(fieldOrMap, options);
    const text = textOf(options);
    return typeof fieldOrMap === 'function'
      ? this.#ofFunction(fieldOrMap, text, read)
      : this.#ofText(`query ${JSON.stringify(fieldOrMap)} ${text}`, read);
  }

  /** @param {'allDocs' | 'changes'} method @param {any[]} parameters of it */
  call(method, ...parameters) {
    const read = () => this.#database[method](...parameters);
    return this.#ofText(`${method} ${textOf(parameters)}`, read);
  }

  #ofFunction(key, text, read) {
    if (!this.#byFunction.has(key)) this.#byFunction.set(key, new Map());
    return this.#kept(this.#byFunction.get(key), text, read);
  }

  #ofText(text, read) {
    return this.#kept(this.#byText, text, read);
  }

  #kept(values, text, read) {
    const known = values.get(text);
    if (known) return known;
    if (values.size >= MOST_IDLE) dropIdle(values);
    const made = new LiveValue({ read, listen: this.#listen });
    values.set(text, made);
    return made;
  }
}

function dropIdle(values) {
  for (const [text, value] of values) if (!value.active) values.delete(text);
}
