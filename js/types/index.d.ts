import type { Database, DatabaseOptions } from './database.js';
import type { UnknownMembers } from './documents.js';
import type { SnapshotDatabase, SnapshotLink } from './moving.js';

export * from './connection.js';
export type * from './database.js';
export type * from './documents.js';
export type * from './live.js';
export * from './moving.js';
export type * from './queries.js';
export { ReplicationError, type ErrorCode, type ReplicationErrorDetails } from './errors.js';
export type { BlockStorage } from './storage.js';
export type {
  Connector,
  IpfsOptions,
  RawOptions,
  RestOptions,
  S3Options,
  StaticOptions,
} from './connectors.js';

/** Opens a database that is read from a snapshot. Returns at once. */
export function fireproof<Schema extends object = UnknownMembers>(
  name: string,
  options: DatabaseOptions & { snapshot: SnapshotLink },
): SnapshotDatabase<Schema>;

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
