import type { MaybeRefOrGetter, ShallowRef } from 'vue';
import type { Connection, ConnectionStatus } from './connection.js';
import type { DocumentRows, ListOptions } from './database.js';
import type { EditMethods, EditState, Shared, SharedOptions } from './document-edit.js';
import type { Document, UnknownMembers } from './documents.js';
import type { Live, Snapshot } from './live.js';
import type { MapFunction, QueryKey, QueryOptions, QueryResult } from './queries.js';

export type { EditMethods, EditState, SharedOptions } from './document-edit.js';

/** The snapshot of a live value, as a ref. */
export function useLive<Value>(
  live: Live<Value> | (() => Live<Value>),
): Readonly<ShallowRef<Snapshot<Value>>>;

/** A database and what reads it. Parameters can be refs and getters. */
export interface UseFireproof<Schema extends object = UnknownMembers> extends Shared<Schema> {
  useLiveQuery<Members extends object = Schema, Key extends QueryKey = QueryKey, Value = unknown>(
    fieldOrMap: MaybeRefOrGetter<string> | MapFunction<Members, Key, Value>,
    query?: MaybeRefOrGetter<QueryOptions<Key> | undefined>,
  ): Readonly<ShallowRef<Snapshot<QueryResult<Members, Key, Value>>>>;
  useLiveDoc<Members extends object = Schema>(
    id: MaybeRefOrGetter<string>,
  ): Readonly<ShallowRef<Snapshot<Document<Members> | undefined>>>;
  useAllDocs<Members extends object = Schema>(
    options?: MaybeRefOrGetter<ListOptions | undefined>,
  ): Readonly<ShallowRef<Snapshot<DocumentRows<Members>>>>;
  useChanges<Members extends object = Schema>(
    since?: MaybeRefOrGetter<readonly string[] | undefined>,
    options?: MaybeRefOrGetter<{ limit?: number } | undefined>,
  ): Readonly<ShallowRef<Snapshot<DocumentRows<Members>>>>;
  useDocument<Members extends object = Schema>(
    initial?: NoInfer<Members> & { _id?: string },
  ): EditMethods<Members> & { state: Readonly<ShallowRef<EditState<Members>>> };
}

/**
 * A database that components share by its name, until the last of them is gone.
 *
 * @example
 * const { useLiveQuery } = useFireproof('todos');
 * const todos = useLiveQuery('done', { key: false }); // todos.value.value?.docs
 */
export function useFireproof<Schema extends object = UnknownMembers>(
  name: string,
  options?: SharedOptions,
): UseFireproof<Schema>;

/** The status of a connection, as a ref of its snapshot. */
export function useConnection(
  connection: Connection,
): Readonly<ShallowRef<Snapshot<ConnectionStatus>>>;
