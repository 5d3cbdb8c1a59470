import { useEffect, useMemo, useReducer } from 'react';
import { sharedDatabase } from '../live/shared-databases.js';
import { hooksOf } from './hooks.js';
import { useLive } from './use-live.js';

const onServer = typeof window === 'undefined';

/** States of a connection by the names that use-fireproof has for them. */
const ATTACHED = {
  connecting: 'attaching',
  offline: 'error',
  unauthorized: 'error',
  error: 'error',
};

const NO_HOOKS = hooksOf(null);

/**
 * A database and the hooks that read it. Components that ask for the same name share it; when the last of them is gone it is
 * closed. On a server nothing is opened and nothing is hydrated.
 *
 * @param {string | object} [name] or a database, which stays the application's own to close
 * @param {object} [options] of `fireproof()`, and `connect`: a remote, a function that connects a database, or a list of these.
 *   Of those who share, the first one's count
 */
export function useFireproof(name = 'useFireproof', options = {}) {
  const shared = useShared(name, options);
  const { database, connections } = shared ?? { database: null, connections: [] };
  const connection = connections[0] ?? null;
  const { value: status } = useLive(connection?.live() ?? null);
  const state = connection ? (ATTACHED[status?.state] ?? 'attached') : 'initial';
  return useMemo(() => {
    const hooks = database ? hooksOf(database) : NO_HOOKS;
    const attach = { state, connection, error: status?.lastError ?? null };
    return { database, connection, connections, attach, ...hooks };
  }, [shared, state]);
}

function useShared(name, options) {
  const [round, anew] = useReducer((count) => count + 1, 0);
  const shared = useMemo(() => sharedOf(name, options), [name, round]);
  useEffect(() => {
    if (!shared?.use) return undefined;
    const end = shared.use();
    if (end) return end;
    anew(); // it was closed between rendering and now
    return undefined;
  }, [shared]);
  return shared;
}

function sharedOf(name, options) {
  if (typeof name !== 'string') return { database: name, connections: name.connections };
  return onServer ? null : sharedDatabase(name, options);
}
