import { connect, fireproof } from 'fireproof-wasm';
import { textOf } from './text-of.js';

/** Milliseconds that a database stays open without a user: a page that is built anew uses it again. */
const LINGER = 1000;

/** @type {Map<string, SharedDatabase>} */
const open = new Map();

/** A database that components share by its name. It is closed when the last of them is gone. */
class SharedDatabase {
  #key;
  #users = 0;
  #timer;
  #closed = false;

  constructor(key, name, { connect: remotes, attach = remotes, ...options }) {
    this.#key = key;
    this.database = fireproof(name, options);
    /** @type {object[]} */
    this.connections = connectionsOf(this.database, attach);
    this.#linger();
  }

  /** @returns {(() => void) | null} what gives it back; null: it was closed already, ask for it anew */
  use() {
    if (this.#closed) return null;
    clearTimeout(this.#timer);
    this.#users += 1;
    let used = true;
    return () => {
      if (!used) return;
      used = false;
      this.#users -= 1;
      if (this.#users === 0) this.#linger();
    };
  }

  #linger() {
    this.#timer = setTimeout(() => {
      this.#closed = true;
      open.delete(this.#key);
      this.database.close().catch(() => {}); // it has told of its failure where it was used
    }, LINGER);
  }
}

/**
 * @param {string} name
 * @param {object} [options] of `fireproof()`, and `connect`: a remote, a function that connects a database, or several
 * @returns {SharedDatabase} the one that is open, whatever `connect` made it, or a new one
 */
export function sharedDatabase(name, options = {}) {
  const { connect: remotes, attach, logger, ...others } = options;
  const key = `${name} ${textOf(others)}`;
  if (!open.has(key)) open.set(key, new SharedDatabase(key, name, options));
  return open.get(key);
}

function connectionsOf(database, remotes) {
  const list = [remotes].flat().filter(Boolean);
  return list.flatMap((each) =>
    typeof each === 'function' ? each(database) : connect(database, each),
  );
}
