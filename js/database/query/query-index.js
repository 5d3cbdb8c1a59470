import { compareKeys } from './key-order.js';
import { rowsOf } from './map-function.js';

/** The rows that one map function makes of the documents, kept and brought up to date for each query. */
export class QueryIndex {
  #map;
  /** In key order; replaced as a whole, never changed. @type {readonly { id: string, key: unknown, value: unknown }[]} */
  #rows = [];
  /** What the rows are true for; undefined before the first query. @type {string[] | undefined} */
  #clock;
  /** Whether it was said that a document has no row. */
  #warned = false;
  /** The refresh under way, or the last one. @type {Promise<unknown>} */
  #refreshing = Promise.resolve();

  /** @param {import('./map-function.js').MapFunction} map */
  constructor(map) {
    this.#map = map;
  }

  /**
   * @param {import('../reader.js').Reader} reader
   * @returns {Promise<{ rows: readonly object[], clock: string[] }>} in key order, for the reader's state
   */
  refresh(reader) {
    const refreshed = this.#refreshing.then(() => this.#refresh(reader));
    this.#refreshing = refreshed.catch(() => {});
    return refreshed;
  }

  async #refresh(reader) {
    const { rows, clock, whole } = await this.#news(reader);
    if (whole || rows.length > 0) {
      const changed = new Set(rows.map(({ key }) => key));
      const kept = whole ? [] : this.#rows.filter(({ id }) => !changed.has(id));
      const live = rows.filter(({ deleted }) => !deleted);
      const leftOut = (...which) => this.#warn(reader.logger, ...which);
      const added = live.flatMap(({ value }) => rowsOf(this.#map, value, leftOut));
      this.#rows = [...kept, ...added].sort(compareRows);
    }
    this.#clock = clock;
    return { rows: this.#rows, clock };
  }

  /** Once is enough: there may be as many such documents as there are documents. */
  #warn(logger, id, key) {
    if (this.#warned) return;
    this.#warned = true;
    const kinds = 'null, booleans, numbers, texts, and lists of these';
    logger.warn(
      `fireproof-wasm: query: document "${id}" has a key that cannot be ordered, and no row for it: keys are ${kinds}`,
      key,
    );
  }

  /** The changes since the last time, or all documents as `whole` for want of a clock to begin from. */
  async #news(reader) {
    const changes = this.#clock?.length > 0 && (await changesSince(reader, this.#clock));
    return changes ? { ...changes, whole: false } : { ...(await reader.allDocs()), whole: true };
  }
}

/** Undefined if the clock is not known any more: a rebase dropped its events. */
async function changesSince(reader, since) {
  try {
    return await reader.allAffected(since);
  } catch (error) {
    if (error.code === 'invalid-argument') return undefined;
    throw error;
  }
}

function compareRows(a, b) {
  const order = compareKeys(a.key, b.key);
  if (order !== 0) return order;
  if (a.id < b.id) return -1;
  return a.id > b.id ? 1 : 0;
}
