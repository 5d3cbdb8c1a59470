import { useMemo } from 'react';
import { textOf } from '../live/text-of.js';
import { useLive, useSuspenseLive } from './use-live.js';

const NONE = Object.freeze([]);

/** The live value, the same as long as database and parameters say the same; of functions the text counts. */
function useMemoLive(database, method, ...parameters) {
  return useMemo(() => database?.[method](...parameters), [database, method, textOf(parameters)]);
}

/** A result in the shape of use-fireproof: always with lists. */
function useResult(live, initialRows = NONE) {
  const snapshot = useLive(live ?? null);
  return useMemo(() => {
    const { hydrated, value, error } = snapshot;
    const rows = value?.rows ?? initialRows;
    const docs = value?.docs ?? rows.map((row) => row.doc ?? row.value);
    return { rows, docs, hydrated, error };
  }, [snapshot, initialRows]);
}

/** The rows and documents of a query, as long as the component is there. */
export function useLiveQueryOf(database, fieldOrMap, query, initialRows) {
  return useResult(useMemoLive(database, 'liveQuery', fieldOrMap, query), initialRows);
}

/** All documents, or those that the options choose. */
export function useAllDocsOf(database, options) {
  return useResult(useMemoLive(database, 'liveAllDocs', options));
}

/** What changed since a clock. */
export function useChangesOf(database, since, options) {
  return useResult(useMemoLive(database, 'liveChanges', since, options));
}

/** As `useLiveQueryOf`, and suspends until there is a result: `{ rows, docs }`. */
export function useSuspenseLiveQueryOf(database, fieldOrMap, query) {
  return useSuspenseLive(database.liveQuery(fieldOrMap, query));
}
