import type { Connector, RawOptions, RestOptions, S3Options, StaticOptions } from './connectors.js';
import type { BlockStorage } from './storage.js';

export { ReplicationError, type ErrorCode } from './errors.js';
export type { BlockStorage } from './storage.js';
export type { Connector } from './connectors.js';

/** A link as it is read: the CID as text. */
export interface Link {
  '/': string;
}

/** An attachment as it is read. */
export interface FileEntry {
  cid: Link;
  size: number;
  type: string;
  lastModified?: number;
  /** Loads the content: from local storage, else from a connected remote. */
  file(): Promise<Blob>;
}

/** The content of a new attachment. */
export type FileContent = Blob | ArrayBuffer | ArrayBufferView;

/** A document as it is read. Bytes are `Uint8Array`, integers beyond ±(2^53-1) are BigInt, links are `Link`. */
export interface Document {
  _id: string;
  _deleted?: boolean;
  _files?: Record<string, FileEntry>;
  _publicFiles?: Record<string, FileEntry>;
  [member: string]: any;
}

/**
 * A document as it is written: what was read, or with new values. Which values there are, and what becomes of
 * others such as Date or Map, depends on the format.
 */
export interface NewDocument {
  /** Missing or empty: a UUID of version 7. */
  _id?: string;
  /** True: the document is deleted. */
  _deleted?: boolean;
  _files?: Record<string, FileContent | FileEntry>;
  _publicFiles?: Record<string, FileContent | FileEntry>;
  [member: string]: any;
}

export interface DatabaseOptions {
  /** Which generation's bytes are read and written. Default '0.24'. */
  format?: '0.24' | '0.14';
  /** Hex (16 bytes for 0.24, 32 for 0.14) or base58 starting with z. Absent: the stored key, else the remote's (0.14). */
  key?: string;
  /** True: no encryption. */
  public?: boolean;
  /** Browser default 'indexeddb', Node default `{ type: 'file' }` below ~/.fireproof-wasm. */
  storage?:
    | 'indexeddb'
    | 'memory'
    | { type: 'indexeddb'; durability?: 'relaxed' | 'strict' }
    | { type: 'file'; dir?: string; durability?: 'relaxed' | 'strict' }
    | BlockStorage;
  /** Browsers: false runs the engine on the calling thread. A storage object does so too. */
  worker?: boolean;
}

export interface ListOptions {
  limit?: number;
  descending?: boolean;
  prefix?: string;
  /** Both bounds are inclusive. */
  range?: [from: string, to: string];
}

export interface Rows<Row> {
  rows: Row[];
  /** The head that this is true for. */
  clock: string[];
}

/** Keys are ordered null, false, true, numbers, texts by UTF-16 unit, lists item by item. */
export type QueryKey = null | boolean | number | bigint | string | QueryKey[];

/**
 * Makes rows of a document: by `emit`, any number of times, or by returning a key, which counts if nothing was
 * emitted. Undefined makes no row.
 */
export type MapFunction = (
  document: Document,
  emit: (key: QueryKey | undefined, value?: any) => void,
) => QueryKey | undefined | void;

/** At most one of `key`, `keys`, `range` and `prefix`. */
export interface QueryOptions {
  key?: QueryKey;
  /** The rows of each, in this order. */
  keys?: QueryKey[];
  /** Both bounds are inclusive. */
  range?: [from: QueryKey, to: QueryKey];
  /** The first items of keys that are lists; a text is also the beginning of keys that are texts. */
  prefix?: QueryKey;
  limit?: number;
  descending?: boolean;
  /** Default true, as in the JavaScript package. */
  includeDocs?: boolean;
}

export interface QueryRow {
  id: string;
  key: any;
  /** Null if none was emitted. */
  value: any;
  /** Unless `includeDocs` is false. */
  doc?: Document;
}

/** What can be read of a state. */
export interface View {
  /** Rejects with `not-found` for unknown and deleted ids. */
  get(id: string): Promise<Document>;
  /** Live documents in key order. */
  allDocs(options?: ListOptions): Promise<Rows<{ key: string; value: Document }>>;
  /** By the name of a member or a function. The rows are kept as long as the function is. */
  query(fieldOrMap: string | MapFunction, options?: QueryOptions): Promise<{ rows: QueryRow[] }>;
}

/**
 * Events, each a CustomEvent with `detail`: `change` (`{ clock }`); `rebased` (`{ ids }`) when documents that were written
 * before the first contact with a 0.14 remote were written again on the history that the remote had; `error`, a
 * ReplicationError, when the local store is lost.
 */
export interface Database extends View, EventTarget {
  readonly name: string;
  readonly format: '0.24' | '0.14';
  /** Settles when the local store is open. */
  readonly ready: Promise<void>;
  /** Event CIDs of the head, sorted. */
  readonly clock: readonly string[];
  /** Resolves when the commit is durable in local storage. */
  put(document: NewDocument): Promise<{ id: string; clock: string[] }>;
  /** One commit: all of the documents or none. */
  bulk(documents: readonly NewDocument[]): Promise<{ ids: string[]; clock: string[] }>;
  /** Deletes a document, whether there is one or not. */
  del(id: string): Promise<{ id: string; clock: string[] }>;
  /** The same as `del`. */
  remove(id: string): Promise<{ id: string; clock: string[] }>;
  /** Merged truth, one row a key, oldest first. */
  changes(
    since?: readonly string[],
    options?: { limit?: number },
  ): Promise<Rows<{ key: string; value: Document; deleted?: true }>>;
  /**
   * The events that the clock leads to, newest first, each before those that it descends from: to draw the history.
   * A parent that is no row is older than `limit` (default: all) lets see, or not known here.
   */
  events(options?: {
    limit?: number;
  }): Promise<Rows<{ cid: string; parents: string[]; keys: string[] }>>;
  /** An earlier state: of a clock, or of the head in the header of the CAR with this CID. */
  at(clockOrCar: readonly string[] | string): View;
  /**
   * Calls `listener` once for each applied local commit and each applied remote head, with the documents that
   * changed. Returns the function that ends it.
   */
  subscribe(listener: (documents: Document[]) => void, options?: { updates?: boolean }): () => void;
  /** Writes what is live as one CAR. Superseded values are no longer to be had from `at()` then. */
  compact(): Promise<{
    carsBefore: number;
    carsAfter: number;
    bytesBefore: number;
    bytesAfter: number;
  }>;
  /** The key that seals, made now if there was none; null for a public database. */
  exportKey(): Promise<{ hex: string; base58: string } | null>;
  /** Adds a key for reading. */
  addKey(key: string): Promise<void>;
  /** What a remote has to hold to be a replica: CARs, attachment CARs, the meta record. For tools and tests. */
  replica(): Promise<{ cars: string[]; files: string[]; meta: Uint8Array }>;
  /** The stored bytes of a CAR; rejects with `not-found`. For tools and tests. */
  readCar(table: 'car' | 'file', cid: string): Promise<Uint8Array>;
  /**
   * What is stored: CAR groups, newest first, of which the first `tail` are commits that no remote sees yet;
   * `missing` counts blocks that no remote had.
   */
  inspect(): Promise<{
    clock: string[];
    cars: string[][];
    tail: number;
    archive: string[][];
    missing: number;
  }>;
  close(): Promise<void>;
  /** Deletes the local store. */
  destroy(): Promise<void>;
}

/** Opens a database, or makes a new one. Returns at once. */
export function fireproof(name: string, options?: DatabaseOptions): Database;

export interface ConnectionOptions {
  /** Default 'sync', and 'pull' where nothing can be written, as with `connect.static`. */
  mode?: 'sync' | 'pull' | 'push';
  /** Milliseconds between two looks at the remote, default 5000; 0: only when asked. */
  poll?: number;
  /**
   * Which place the remote is, where its address does not tell: functions, a tenant that credentials choose. Of `connect.rest`
   * also the name of one of `headers`, whose value then tells. What is known of a remote is remembered under it.
   */
  identity?: string;
  /** CARs that are transferred at a time, default 6. */
  concurrency?: number;
  /** Ends the connection. */
  signal?: AbortSignal;
  /** Another remote, or a connector, that keeps the meta record in place of this one. */
  meta?: Remote | Connector;
}

export interface ConnectionStatus {
  readonly state:
    | 'connecting'
    | 'idle'
    | 'pulling'
    | 'pushing'
    | 'offline'
    | 'unauthorized'
    | 'paused'
    | 'error'
    | 'closed';
  /** Every acknowledged local write is stored and confirmed at the remote. */
  readonly safe: boolean;
  /** What the remote makes of conditional requests. */
  readonly conditional: 'honoured' | 'ignored' | 'unsupported' | 'unknown';
  /** Attachment CARs that the remote refuses for good. */
  readonly parked: readonly string[];
  readonly pending: { cars: number; bytes: number };
  readonly pulled: { cars: number; bytes: number };
  readonly pushed: { cars: number; bytes: number };
  readonly remoteHead: readonly string[];
  readonly lastError: import('./errors.js').ReplicationError | null;
  /** Milliseconds of `Date.now()`. */
  readonly retryAt: number | null;
}

export interface Progress {
  direction: 'pull' | 'push';
  cars: number;
  totalCars: number;
  bytes: number;
  totalBytes: number;
}

/** Events: `status`, `progress`, `change`, `error`, `synced`, each a CustomEvent with `detail`. */
export interface Connection extends EventTarget {
  /** The remote was reached once. */
  readonly ready: Promise<void>;
  /** The first pull is applied and readable. */
  readonly loaded: Promise<void>;
  readonly status: ConnectionStatus;
  /** One round, now, that only pulls. */
  pull(): Promise<void>;
  /** One round, now: it pulls and then pushes. Rejects with `invalid-argument` if the mode is 'pull'. */
  push(): Promise<void>;
  /** One round, now, in every direction of the mode. */
  refresh(): Promise<void>;
  /**
   * Resolves when the local head of this moment is stored and confirmed at the remote, and the remote head of this
   * moment is applied here. Waits through failures that are retried.
   */
  synced(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

declare const kind: unique symbol;
/** A remote that is not attached yet. */
export interface Remote {
  readonly [kind]: string;
}

interface RemoteFactory<Options> {
  (database: Database, options: Options): Connection;
  (options: Options): Remote;
  new (options: Options): Remote;
}

export const connect: {
  (database: Database, remote: Remote): Connection;
  /** A connector of the application's own, which stays on the page. */
  (database: Database, connector: Connector, options?: ConnectionOptions): Connection;
  rest: RemoteFactory<RestOptions & ConnectionOptions>;
  s3: RemoteFactory<S3Options & ConnectionOptions>;
  raw: RemoteFactory<RawOptions & ConnectionOptions>;
  static: RemoteFactory<StaticOptions & ConnectionOptions & { mode?: 'pull' }>;
};
