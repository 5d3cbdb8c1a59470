// For Vue 3.3 and later: live values as refs, in components and other scopes.
import { onScopeDispose, shallowReadonly, shallowRef, toValue, watchEffect } from 'vue';
import { DocumentEdit } from '../live/document-edit.js';
import { sharedDatabase } from '../live/shared-databases.js';

/**
 * The snapshot of a live value, as a ref.
 *
 * @param {object | (() => object)} live with a function, of whatever live value that gives: it is called anew when what it reads of
 *   Vue changes
 * @returns {import('vue').ShallowRef<{ hydrated: boolean, value: any, error: Error | null }>}
 */
export function useLive(live) {
  const snapshot = shallowRef();
  watchEffect((onCleanup) => {
    onCleanup(toValue(live).subscribe((next) => (snapshot.value = next)));
  });
  return shallowReadonly(snapshot);
}

/**
 * A database that components share by its name, until the last of them is gone, and the functions that read it. Their
 * parameters can be refs and functions.
 *
 * @param {string} name
 * @param {object} [options] of `fireproof()`, and `connect`: a remote, a function that connects a database, or a list of these
 */
export function useFireproof(name, options) {
  const shared = sharedDatabase(name, options);
  const { database, connections } = shared;
  onScopeDispose(shared.use());
  const useOf =
    (method) =>
    (...parameters) =>
      useLive(() => database[method](...parameters.map(toParameter)));
  return {
    database,
    connections,
    useLiveQuery: useOf('liveQuery'),
    useLiveDoc: useOf('liveDoc'),
    useAllDocs: useOf('liveAllDocs'),
    useChanges: useOf('liveChanges'),
    useDocument: (initial) => useDocument(database, initial),
  };
}

/** A function with parameters is a map function, not one that gives a parameter. */
const toParameter = (given) =>
  typeof given === 'function' && given.length > 0 ? given : toValue(given);

/**
 * A document that a form edits: `{ state }`, a ref of `{ doc, hydrated, error }`, with `merge`, `replace`, `reset`, `refresh`, `save`,
 * `submit`, `remove`.
 */
function useDocument(database, initial = {}) {
  const edit = new DocumentEdit(database, initial);
  return { ...edit, state: useLive(edit) };
}

/** The status of a connection, as a ref of its snapshot. */
export const useConnection = (connection) => useLive(connection.live());
