import type { ImgHTMLAttributes, ReactElement, ReactNode } from 'react';
import type { Connection, ConnectionStatus } from './connection.js';
import type { Database, ListOptions } from './database.js';
import type { EditMethods, EditState, SharedOptions } from './document-edit.js';
import type { Document, FileEntry, UnknownMembers } from './documents.js';
import type { Live, Snapshot } from './live.js';
import type { MapFunction, QueryKey, QueryOptions, QueryResult, QueryRow } from './queries.js';

export type { EditMethods, EditState, SharedOptions } from './document-edit.js';

/** Documents as long as a component shows them. */
export interface DocsResult<Members extends object, Row> {
  readonly rows: readonly Row[];
  readonly docs: readonly Document<Members>[];
  /** Whether they were read. False on a server. */
  readonly hydrated: boolean;
  readonly error: Error | null;
}

/** A row of a listing. */
export interface ListRow<Members extends object> {
  key: string;
  value: Document<Members>;
  deleted?: true;
}

/** What `useDocument` gives: an object that is also a tuple. */
export type UseDocumentResult<Members extends object> = EditState<Members> &
  EditMethods<Members> &
  [
    doc: EditState<Members>['doc'],
    updateDoc: (
      members?: Partial<Members>,
      options?: { replace?: boolean; reset?: boolean },
    ) => void,
    saveDoc: EditMethods<Members>['save'],
    removeDoc: EditMethods<Members>['remove'],
  ];

/** Members of a new document; with `_id`, of one that may be stored. */
type Initial<Members> = (Members & { _id?: string }) | { _id: string };

/** The hooks of one database. */
export interface Hooks<Schema extends object = UnknownMembers> {
  /**
   * The rows and documents of a query, as long as the component is there. Of a function its text counts: what it reads beside
   * the document must not change.
   *
   * @example
   * const { docs } = useLiveQuery<Todo>('done', { key: false });
   */
  useLiveQuery<Members extends object = Schema, Key extends QueryKey = QueryKey, Value = unknown>(
    fieldOrMap: string | MapFunction<Members, Key, Value>,
    query?: QueryOptions<NoInfer<Key>>,
    initialRows?: readonly QueryRow<Members, Key, Value>[],
  ): DocsResult<Members, QueryRow<Members, Key, Value>>;
  /** The same, and the component is suspended until they are read. A function has to be the same one at each rendering. */
  useSuspenseLiveQuery<
    Members extends object = Schema,
    Key extends QueryKey = QueryKey,
    Value = unknown,
  >(
    fieldOrMap: string | MapFunction<Members, Key, Value>,
    query?: QueryOptions<NoInfer<Key>>,
  ): QueryResult<Members, Key, Value>;
  /** All documents, or those that the options choose. */
  useAllDocs<Members extends object = Schema>(
    options?: ListOptions,
  ): DocsResult<Members, ListRow<Members>>;
  /** What changed since a clock. */
  useChanges<Members extends object = Schema>(
    since?: readonly string[],
    options?: { limit?: number },
  ): DocsResult<Members, ListRow<Members>>;
  /**
   * A document that a form edits.
   *
   * @example
   * const { doc, merge, submit } = useDocument<Todo>(() => ({ text: '', done: false }));
   */
  useDocument<Members extends object = Schema>(
    initial?: Initial<NoInfer<Members>> | (() => Initial<NoInfer<Members>>),
  ): UseDocumentResult<Members>;
}

/** What `useFireproof` gives. */
export interface UseFireproof<Schema extends object = UnknownMembers> extends Hooks<Schema> {
  /** Null on a server. */
  readonly database: Database<Schema>;
  readonly connection: Connection | null;
  readonly connections: readonly Connection[];
  readonly attach: {
    readonly state: 'initial' | 'attaching' | 'attached' | 'error';
    readonly connection: Connection | null;
    readonly error: Error | null;
  };
}

/**
 * A database and the hooks that read it. Components that ask for the same name share it, and it is closed when the last of them is
 * gone.
 *
 * @example
 * const { database, useLiveQuery } = useFireproof<Todo>('todos', {
 *   connect: (db) => connect.rest(db, { url: 'https://example.com/replica' }),
 * });
 */
export function useFireproof<Schema extends object = UnknownMembers>(
  name?: string | Database<Schema>,
  options?: SharedOptions,
): UseFireproof<Schema>;

/**
 * Gives the components in it a database.
 *
 * @example
 * <FireproofProvider name="todos"><App /></FireproofProvider>
 */
export function FireproofProvider(props: {
  name?: string | Database<any>;
  options?: SharedOptions;
  children?: ReactNode;
}): ReactElement;

/** What `useFireproof` gave the provider around the component; throws where there is none. */
export function useDatabase<Schema extends object = UnknownMembers>(): UseFireproof<Schema>;

/** `useLiveQuery` of the provider's database. */
export const useLiveQuery: Hooks['useLiveQuery'];
/** `useSuspenseLiveQuery` of the provider's database. */
export const useSuspenseLiveQuery: Hooks['useSuspenseLiveQuery'];
/** `useAllDocs` of the provider's database. */
export const useAllDocs: Hooks['useAllDocs'];
/** `useChanges` of the provider's database. */
export const useChanges: Hooks['useChanges'];
/** `useDocument` of the provider's database. */
export const useDocument: Hooks['useDocument'];

/** The status of a connection, null where there is none. */
export function useConnection(connection?: Connection | null): ConnectionStatus | null;

/** The snapshot of any live value. */
export function useLive<Value>(live: Live<Value> | null): Snapshot<Value>;

/** The value itself: until it is read the component is suspended. */
export function useSuspenseLive<Value>(live: Live<Value>): Value;

/** The content of an attachment, with an address that holds as long as the component is there. */
export function useFile(entry?: Blob | FileEntry | null): {
  readonly file: Blob | null;
  readonly url: string | null;
  readonly error: Error | null;
};

/**
 * An attachment as `<img>`.
 *
 * @example
 * <ImgFile file={doc._files.photo} alt="the photo" />
 */
export function ImgFile(
  props: Omit<ImgHTMLAttributes<HTMLImageElement>, 'src'> & {
    file?: Blob | FileEntry;
    meta?: Blob | FileEntry;
  },
): ReactElement | null;
