import type { Database, DatabaseOptions, MapFunction, QueryOptions, QueryResult } from './index.js';

export { ReplicationError, connect } from './index.js';

/** The version of this package. */
export const PACKAGE_VERSION: string;

/**
 * Opens a database, as `fireproof` of this package does. Options of the JavaScript package that mean nothing here, such as
 * `storeUrls` and `keyBag`, are left out with a warning.
 *
 * @example
 * const db = fireproof('notes', { autoCompact: 100 });
 */
export function fireproof(
  name?: string,
  options?: DatabaseOptions & Record<string, unknown>,
): Database;

/** Whether something is a database of this package. */
export function isDatabase(value: unknown): value is Database;

/**
 * An index that has a name.
 *
 * @example
 * const { rows } = await index(db, 'age').query({ range: [18, 65] });
 */
export class Index {
  constructor(database: Database, name: string, map?: MapFunction);
  readonly name: string;
  readonly map: MapFunction | undefined;
  query(options?: QueryOptions): Promise<QueryResult>;
}

/** The index of a name: for the member of that name, or made with a function. */
export function index(database: Database, name: string, map?: MapFunction): Index;

/** There is no cloud of this package: it throws, and the message says what to use. */
export function toCloud(options?: unknown): never;
