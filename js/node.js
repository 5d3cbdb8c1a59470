import { WebSocket } from 'ws';
import { restoreWith } from './backup/restore.js';
import { Database } from './database/database.js';
import { onThisThread } from './engine/on-this-thread.js';
import { importWith } from './import/import-fireproof.js';
import { openWith } from './sharing/open.js';
import { provideSockets } from './peers/room-socket.js';
import { SnapshotDatabase } from './snapshot/snapshot-database.js';
import { FileStorage } from './storage/file.js';

export { connect } from './database/connect.js';
export { ReplicationError } from './errors.js';
export { share } from './sharing/share.js';
export { snapshot } from './snapshot/snapshot.js';

provideSockets(/** @type {any} */ (WebSocket));

/** The storages of Node: `{ type: 'file', dir, durability }`, the default, with `~/.fireproof-wasm` as folder. */
function nodeStorage(kind = { type: 'file' }, database) {
  const { type, dir, durability } = kind;
  return type === 'file' ? new FileStorage({ ...database, dir, durability }) : null;
}

/**
 * Opens a database, or makes a new one. Returns at once.
 *
 * @param {string} name
 * @param {{ format?: '0.24' | '0.14', key?: string, public?: boolean, storage?: any,
 *   snapshot?: { url: string | URL, car: string, key?: string, name?: string } }} [options] `snapshot`: it is read from there,
 *   and not written to
 * @returns {Database}
 */
export function fireproof(name, options) {
  const Kind = options?.snapshot === undefined ? Database : SnapshotDatabase;
  return new Kind(name, options, () => onThisThread(nodeStorage));
}

/** Puts a backup into local storage. */
export const restore = restoreWith(fireproof);

/** Opens what a link of `share()` leads to. */
export const open = openWith(fireproof);

/** Takes over a database of the JavaScript package in this browser. */
export const importFireproof = importWith(fireproof);
