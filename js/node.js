import { Database } from './database/database.js';
import { onThisThread } from './engine/on-this-thread.js';
import { FileStorage } from './storage/file.js';

export { connect } from './database/connect.js';
export { ReplicationError } from './errors.js';

/** The storages of Node: `{ type: 'file', dir, durability }`, the default, with `~/.fireproof-wasm` as folder. */
function nodeStorage(kind = { type: 'file' }, database) {
  const { type, dir, durability } = kind;
  return type === 'file' ? new FileStorage({ ...database, dir, durability }) : null;
}

/**
 * Opens a database, or makes a new one. Returns at once.
 *
 * @param {string} name
 * @param {{ format?: '0.24' | '0.14', key?: string, public?: boolean, storage?: any }} [options]
 * @returns {Database}
 */
export function fireproof(name, options) {
  return new Database(name, options, () => onThisThread(nodeStorage));
}
