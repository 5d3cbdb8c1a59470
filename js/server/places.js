/** The part of all places that one client may take, and the number that it always may. */
const SHARE = 1 / 4;
const FEWEST = 64;

/**
 * How many places one client may have of `all`, so that it cannot take them from everybody else.
 *
 * @param {number} all
 * @returns {number}
 */
export const shareOf = (all) => Math.min(all, Math.max(FEWEST, Math.ceil(all * SHARE)));

/** A number of places for things that are under way, of which each client has a share. */
export class Places {
  #all;
  #share;
  #taken = 0;
  /** @type {Map<string, number>} */
  #byClient = new Map();

  /** @param {number} all */
  constructor(all) {
    this.#all = all;
    this.#share = shareOf(all);
  }

  get taken() {
    return this.#taken;
  }

  /**
   * @param {string | null} client from `clientOf`; null: not known, and without a share
   * @returns {(() => void) | null} gives the place back, to be called once; null: there is none
   */
  take(client) {
    const own = client === null ? 0 : (this.#byClient.get(client) ?? 0);
    if (this.#taken >= this.#all || own >= this.#share) return null;
    this.#taken += 1;
    if (client !== null) this.#byClient.set(client, own + 1);
    return () => {
      this.#taken -= 1;
      if (client === null) return;
      const left = this.#byClient.get(client) - 1;
      if (left === 0) this.#byClient.delete(client);
      else this.#byClient.set(client, left);
    };
  }
}
