import type { Database, DatabaseOptions } from './database.js';
import type { UnknownMembers } from './documents.js';

export * from './connection.js';
export type * from './database.js';
export type * from './documents.js';
export type * from './live.js';
export type * from './queries.js';
export { ReplicationError, type ErrorCode, type ReplicationErrorDetails } from './errors.js';
export type { BlockStorage } from './storage.js';
export type { Connector, RawOptions, RestOptions, S3Options, StaticOptions } from './connectors.js';

/**
 * Opens a database, or makes a new one. Returns at once. Without a name it is in memory, and nobody else's.
 *
 * @example
 * interface Todo { text: string; done: boolean }
 * const db = fireproof<Todo>('todos');
 * await db.put({ text: 'milk', done: false });
 */
export function fireproof<Schema extends object = UnknownMembers>(
  name?: string | null,
  options?: DatabaseOptions,
): Database<Schema>;
