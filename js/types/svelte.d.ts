import type { Database } from './database.js';
import type { EditMethods, EditState, Shared, SharedOptions } from './document-edit.js';
import type { UnknownMembers } from './documents.js';

export type { EditMethods, EditState, Shared, SharedOptions } from './document-edit.js';

/**
 * A database that components share by its name, until the last of them is destroyed. Live values are stores as they are.
 *
 * @example
 * const { database } = useFireproof('todos');
 * const todos = database.liveQuery('done', { key: false }); // $todos.value?.docs
 */
export function useFireproof<Schema extends object = UnknownMembers>(
  name: string,
  options?: SharedOptions,
): Shared<Schema>;

/** A document that a form edits: a store with methods. */
export function editDocument<Members extends object = UnknownMembers>(
  database: Database<any>,
  initial: NoInfer<Members> & { _id?: string },
): EditMethods<Members> & {
  get(): EditState<Members>;
  subscribe(run: (state: EditState<Members>) => void): () => void;
};
