/** How many are remembered. */
const LIMIT = 500;

/** Which events were written on this device: an event itself does not tell. */
export class OwnEvents {
  #storageKey;
  #cids;

  /** @param {string | null} storageKey under which they outlive the page; null: they do not */
  constructor(storageKey) {
    this.#storageKey = storageKey;
    const kept = storageKey === null ? null : localStorage.getItem(storageKey);
    this.#cids = new Set(JSON.parse(kept ?? '[]'));
  }

  has(cid) {
    return this.#cids.has(cid);
  }

  /** @param {string[]} clock of a database right after a write: it is the event of that write */
  add(clock) {
    for (const cid of clock) this.#cids.add(cid);
    if (this.#storageKey === null) return;
    localStorage.setItem(this.#storageKey, JSON.stringify([...this.#cids].slice(-LIMIT)));
  }
}
