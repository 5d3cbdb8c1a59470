import type { Connection, ConnectionStatus } from './connection.js';
import type { Database } from './database.js';
import type { EditMethods, EditState, Shared, SharedOptions } from './document-edit.js';
import type { UnknownMembers } from './documents.js';
import type { Live, Snapshot } from './live.js';

export type { EditMethods, EditState, Shared, SharedOptions } from './document-edit.js';

/**
 * The snapshot of a live value, as a signal.
 *
 * @example
 * const { database } = useFireproof('todos');
 * const todos = createLive(() => database.liveQuery('done', { key: showDone() })); // todos().value?.docs
 */
export function createLive<Value>(live: () => Live<Value>): () => Snapshot<Value>;

/** A database that components share by its name, until the last of them is gone. */
export function useFireproof<Schema extends object = UnknownMembers>(
  name: string,
  options?: SharedOptions,
): Shared<Schema>;

/** A document that a form edits. */
export function createDocument<Members extends object = UnknownMembers>(
  database: Database<any>,
  initial?: NoInfer<Members> & { _id?: string },
): EditMethods<Members> & { state: () => EditState<Members> };

/** The status of a connection, as a signal of its snapshot. */
export function createConnection(connection: Connection): () => Snapshot<ConnectionStatus>;
