// For Svelte 4 and 5: live values are stores as they are, `$liveQuery` in a component is its snapshot. What is left is who closes.
import { onDestroy } from 'svelte';
import { DocumentEdit } from '../live/document-edit.js';
import { sharedDatabase } from '../live/shared-databases.js';

/**
 * A database that components share by its name, until the last of them is destroyed. Call it while a component is initialised.
 *
 * @param {string} name
 * @param {object} [options] of `fireproof()`, and `connect`: a remote, a function that connects a database, or a list of these
 * @returns {{ database: object, connections: object[] }}
 */
export function useFireproof(name, options) {
  const shared = sharedDatabase(name, options);
  const { database, connections } = shared;
  onDestroy(shared.use());
  return { database, connections };
}

/**
 * A document that a form edits: a store of `{ doc, hydrated, error }` with `merge`, `replace`, `reset`, `refresh`, `save`, `submit`,
 * `remove`.
 *
 * @param {object} database
 * @param {object} initial members of a new document; with `_id`, of one that may be stored
 */
export const editDocument = (database, initial) => new DocumentEdit(database, initial);
