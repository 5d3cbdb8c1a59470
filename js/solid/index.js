// For Solid: live values as signals.
import { createEffect, createSignal, onCleanup } from 'solid-js';
import { DocumentEdit } from '../live/document-edit.js';
import { sharedDatabase } from '../live/shared-databases.js';

/**
 * The snapshot of a live value, as a signal.
 *
 * @param {() => object} live gives it; called anew when what it reads of Solid changes
 * @returns {() => { hydrated: boolean, value: any, error: Error | null }}
 */
export function createLive(live) {
  const [snapshot, setSnapshot] = createSignal(live().get());
  createEffect(() => {
    onCleanup(live().subscribe((next) => setSnapshot(() => next)));
  });
  return snapshot;
}

/**
 * A database that components share by its name, until the last of them is gone.
 *
 * @param {string} name
 * @param {object} [options] of `fireproof()`, and `connect`: a remote, a function that connects a database, or a list of these
 * @returns {{ database: object, connections: object[] }}
 */
export function useFireproof(name, options) {
  const shared = sharedDatabase(name, options);
  const { database, connections } = shared;
  onCleanup(shared.use());
  return { database, connections };
}

/**
 * A document that a form edits: `state()` is `{ doc, hydrated, error }`, beside it are `merge`, `replace`, `reset`, `refresh`, `save`,
 * `submit`, `remove`.
 */
export function createDocument(database, initial = {}) {
  const edit = new DocumentEdit(database, initial);
  return { ...edit, state: createLive(() => edit) };
}

/** The status of a connection, as a signal of its snapshot. */
export const createConnection = (connection) => createLive(() => connection.live());
