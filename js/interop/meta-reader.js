import { asReplicationError } from '../errors.js';
import { groupOf, parseMetaList } from './meta-list.js';

/**
 * Chooses what the package gets to see of a remote's meta list: it takes the entries in their order, and stops for the
 * whole session at the first whose CAR it cannot load (format page 0.24, section 10.18). So only entries are handed over
 * whose CARs are at hand; the others are tried again at each look.
 */
export class MetaReader {
  #fetchCar;
  #onProblem;
  /** CIDs of entries that were handed over, or came from the package. @type {Set<string>} */
  #known = new Set();
  /** CARs that were read ahead, until the package asks for them. @type {Map<string, Uint8Array>} */
  #ahead = new Map();
  /** Those of them whose entries were handed over. @type {string[]} */
  #offered = [];

  /**
   * @param {object} options
   * @param {(cid: string) => Promise<Uint8Array>} options.fetchCar one try
   * @param {(error: import('../errors.js').ReplicationError) => void} options.onProblem hears why an entry is held back
   */
  constructor({ fetchCar, onProblem }) {
    this.#fetchCar = fetchCar;
    this.#onProblem = onProblem;
  }

  /** Takes note of entries that the package has made. @param {import('./meta-list.js').Entry[]} entries */
  knows(entries) {
    for (const { cid } of entries) this.#known.add(cid);
  }

  /** A CAR that was read ahead, once. @returns {Uint8Array | undefined} */
  take(cid) {
    const bytes = this.#ahead.get(cid);
    this.#ahead.delete(cid);
    return bytes;
  }

  /**
   * @param {Uint8Array[]} metas
   * @returns {Promise<{ list: Uint8Array | null, isNews: boolean, isWhole: boolean }>} the list for the package, null if
   *   it is empty; whether it has entries that are new to it; whether nothing was held back
   * @throws {ReplicationError} `corrupt-meta`
   */
  async choose(metas) {
    const { entries } = parseMetaList(metas);
    // The package has had its time to ask for these; it has them itself.
    for (const cid of this.#offered.splice(0)) this.#ahead.delete(cid);
    const chosen = [];
    let isNews = false;
    for (const entry of entries) {
      const isKnown = this.#known.has(entry.cid);
      if (!isKnown && !(await this.#readAhead(entry))) continue;
      isNews ||= !isKnown;
      this.#known.add(entry.cid);
      chosen.push(entry);
    }
    const list = chosen.length > 0 ? new TextEncoder().encode(JSON.stringify(chosen)) : null;
    return { list, isNews, isWhole: chosen.length === entries.length };
  }

  async #readAhead(entry) {
    try {
      const group = groupOf(entry);
      for (const cid of group) {
        if (!this.#ahead.has(cid)) this.#ahead.set(cid, await this.#fetchCar(cid));
      }
      this.#offered.push(...group);
      return true;
    } catch (error) {
      this.#onProblem(asReplicationError(error, 'server', `the entry ${entry.cid}`));
      return false;
    }
  }
}
