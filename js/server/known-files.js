/** Bytes of a file that is kept in memory whole. */
export const SMALL_FILE = 64 * 1024;

/** Bytes of all that is kept, each entry counting `OVERHEAD` more than its file. */
const MEMORY = 32 * 1024 * 1024;
const OVERHEAD = 512;

/**
 * Milliseconds that a file has to be left alone before what was read of it is kept: two changes closer than a tick of
 * the file system's clock have the same time.
 */
const SETTLED = 100;

/**
 * @typedef {object} KnownFile
 * @property {string} etag
 * @property {Uint8Array | null} bytes of a small file
 */

/**
 * What was read of files that were used lately: the tag of each, and all of the small ones. It holds for as long as the
 * system says of the file what it said then.
 */
export class KnownFiles {
  /** Least lately used first. @type {Map<string, { state: import('node:fs').Stats, file: KnownFile }>} */
  #entries = new Map();
  #free = MEMORY;

  /**
   * @param {string} path
   * @param {import('node:fs').Stats} state of the file now
   * @returns {KnownFile | null}
   */
  get(path, state) {
    const entry = this.#entries.get(path);
    if (entry === undefined) return null;
    this.#entries.delete(path);
    if (!isSame(entry.state, state)) {
      this.#free += costOf(entry.file);
      return null;
    }
    this.#entries.set(path, entry);
    return entry.file;
  }

  /** @param {string} path @param {import('node:fs').Stats} state before it was read @param {KnownFile} file */
  keep(path, state, file) {
    if (Date.now() - state.ctimeMs < SETTLED) return;
    this.#drop(path);
    this.#entries.set(path, { state, file });
    this.#free -= costOf(file);
    for (const oldest of this.#entries.keys()) {
      if (this.#free >= 0) break;
      this.#drop(oldest);
    }
  }

  #drop(path) {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    this.#free += costOf(entry.file);
  }
}

/** @param {KnownFile} file */
const costOf = ({ bytes }) => OVERHEAD + (bytes?.length ?? 0);

function isSame(left, right) {
  return (
    left.ino === right.ino &&
    left.size === right.size &&
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs &&
    left.dev === right.dev
  );
}
