import type { Connection, Remote } from './connection.js';
import type { Database, DatabaseOptions, Written } from './database.js';
import type { Document, NewDocument, UnknownMembers } from './documents.js';

/** A document as a form shows it, frozen: what is stored, and over it what was changed and not saved. */
export interface EditState<Members extends object> {
  readonly doc: Members & Partial<Pick<Document<Members>, '_id' | '_files' | '_publicFiles'>>;
  /** Whether what is stored was read. */
  readonly hydrated: boolean;
  readonly error: Error | null;
}

/** What a form does with a document. */
export interface EditMethods<Members extends object = UnknownMembers> {
  /** Changes members. */
  merge(members: Partial<Members>): void;
  /** Takes the place of all members. */
  replace(document: Members): void;
  /** Back to what it was at first: a new document, or the one with that id. */
  reset(): void;
  /** Back to what is stored. */
  refresh(): Promise<void>;
  /** Stores it; from then on it has an id. */
  save(document?: NewDocument<Members>): Promise<Written>;
  /** Stores it and begins anew. */
  submit(event?: { preventDefault?: () => void }): Promise<void>;
  /** Deletes it. */
  remove(document?: { _id: string }): Promise<Written>;
}

/** Options of a database that components share by its name. */
export interface SharedOptions extends DatabaseOptions {
  /** Remotes, or functions that connect the database; of those who share it, the first one's. */
  connect?: Attachment | readonly Attachment[];
}

type Attachment = Remote | ((database: Database<any>) => Connection | readonly Connection[]);

/** A database that components share. */
export interface Shared<Schema extends object = UnknownMembers> {
  readonly database: Database<Schema>;
  readonly connections: readonly Connection[];
}
