import { useLive } from './use-live.js';
import { useAllDocsOf, useChangesOf, useLiveQueryOf, useSuspenseLiveQueryOf } from './queries.js';
import { useDocumentOf } from './use-document.js';

/** @type {WeakMap<object, object>} */
const made = new WeakMap();

/** The hooks of one database: the same functions each time. @param {object | null} database null: on a server */
export function hooksOf(database) {
  if (!database) return bound(null);
  if (!made.has(database)) made.set(database, bound(database));
  return made.get(database);
}

const bound = (database) => ({
  useDocument: (...parameters) => useDocumentOf(database, ...parameters),
  useLiveQuery: (...parameters) => useLiveQueryOf(database, ...parameters),
  useSuspenseLiveQuery: (...parameters) => useSuspenseLiveQueryOf(database, ...parameters),
  useAllDocs: (...parameters) => useAllDocsOf(database, ...parameters),
  useChanges: (...parameters) => useChangesOf(database, ...parameters),
});

/** The status of a connection; null where there is none. @param {object | null} [connection] */
export function useConnection(connection) {
  const { value } = useLive(connection?.live() ?? null);
  return value ?? null;
}
