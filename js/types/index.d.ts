import type { RawOptions, RestOptions, StaticOptions } from './connectors.js';
import type { BlockStorage } from './storage.js';

export { ReplicationError, type ErrorCode } from './errors.js';
export type { BlockStorage } from './storage.js';

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

/** A document. Bytes are `Uint8Array`, integers beyond ±(2^53-1) are BigInt, links are `Link`. */
export interface Document {
  _id: string;
  _deleted?: boolean;
  _files?: Record<string, FileEntry>;
  _publicFiles?: Record<string, FileEntry>;
  [member: string]: any;
}

export interface DatabaseOptions {
  /** Which generation's bytes are read. Default '0.24'. */
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
    | { type: 'file'; dir?: string }
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

export interface Database extends EventTarget {
  readonly name: string;
  readonly format: '0.24' | '0.14';
  /** Settles when the local store is open. */
  readonly ready: Promise<void>;
  /** Event CIDs of the head, sorted. */
  readonly clock: readonly string[];
  /** Rejects with `not-found` for unknown and deleted ids. */
  get(id: string): Promise<Document>;
  /** Live documents in key order. */
  allDocs(options?: ListOptions): Promise<Rows<{ key: string; value: Document }>>;
  /** Merged truth, one row a key, oldest first. */
  changes(
    since?: readonly string[],
    options?: { limit?: number },
  ): Promise<Rows<{ key: string; value: Document; deleted?: true }>>;
  /** Calls `listener` once for each applied head. Returns the function that ends it. */
  subscribe(listener: (documents: Document[]) => void, options?: { updates?: boolean }): () => void;
  exportKey(): Promise<{ hex: string; base58: string } | null>;
  /** Adds a key for reading. */
  addKey(key: string): Promise<void>;
  /** What is stored, CAR groups newest first; `missing` counts blocks that no remote had. */
  inspect(): Promise<{ clock: string[]; cars: string[][]; archive: string[][]; missing: number }>;
  close(): Promise<void>;
  /** Deletes the local store. */
  destroy(): Promise<void>;
}

/** Opens a database, or makes a new one. Returns at once. */
export function fireproof(name: string, options?: DatabaseOptions): Database;

export interface ConnectionOptions {
  /** This version pulls only. `connect.static` may leave it out. */
  mode: 'pull';
  /** Milliseconds between two looks at the remote, default 5000; 0: only when asked. */
  poll?: number;
  /** Downloads at a time, default 6. */
  concurrency?: number;
  /** Ends the connection. */
  signal?: AbortSignal;
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
  readonly safe: boolean;
  readonly conditional: 'honoured' | 'ignored' | 'unsupported' | 'unknown';
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
  direction: 'pull';
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
  /** One round, now. */
  pull(): Promise<void>;
  refresh(): Promise<void>;
  /** Resolves when the remote head of this moment is applied here. */
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
  rest: RemoteFactory<RestOptions & ConnectionOptions>;
  raw: RemoteFactory<RawOptions & ConnectionOptions>;
  static: RemoteFactory<StaticOptions & Partial<ConnectionOptions>>;
};
