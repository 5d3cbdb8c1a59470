import type { Connection, Remote } from './connection.js';
import type { Connector } from './connectors.js';
import type { Document, NewDocument, UnknownMembers } from './documents.js';
import type { ReplicationError } from './errors.js';
import type { TypedEventTarget } from './events.js';
import type { Live } from './live.js';
import type { MapFunction, Query, QueryKey, QueryOptions, QueryResult } from './queries.js';
import type { SnapshotLink } from './moving.js';
import type { BlockStorage } from './storage.js';

/** Where what is no error and yet worth a look is reported. The default is the console. */
export interface Logger {
  debug(...parts: unknown[]): void;
  info(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  error(...parts: unknown[]): void;
}

/** Options of `fireproof()`. */
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
  /** The database is read from there, and not written to: writes reject with `forbidden`. */
  snapshot?: SnapshotLink;
  /** Browsers: false runs the engine on the calling thread. A storage object does so too. */
  worker?: boolean;
  /** Where warnings go. */
  logger?: Logger;
}

/** What a listing chooses: at most one of `key`, `keys`, `prefix` and `range`. */
export interface ListOptions {
  limit?: number;
  descending?: boolean;
  prefix?: string;
  /** Both bounds are inclusive. */
  range?: readonly [from: string, to: string];
  key?: string;
  /** In this order. */
  keys?: readonly string[];
  /** Also the documents that were deleted, as `{ _id, _deleted: true }`. */
  includeDeleted?: boolean;
}

/** What a listing answers. */
export interface Rows<Row> {
  rows: Row[];
  /** The head that this is true for; with the `limit` of `changes`, the clock to go on from. */
  clock: string[];
}

/** A listing of documents, which says the name of the database. */
export interface DocumentRows<Members extends object> extends Rows<{
  key: string;
  value: Document<Members>;
  deleted?: true;
}> {
  name: string;
}

/** What writing one document answers. */
export interface Written {
  id: string;
  /** The head of the database, with this write. */
  clock: string[];
  name: string;
}

/** What can be read of a state. */
export interface View<Schema extends object = UnknownMembers> {
  /**
   * Rejects with `not-found` for unknown and deleted ids.
   *
   * @example
   * const { text } = await db.get<{ text: string }>('milk');
   */
  get<Members extends object = Schema>(id: string): Promise<Document<Members>>;
  /**
   * Live documents in key order.
   *
   * @example
   * const { rows } = await db.allDocs({ prefix: 'todo-', limit: 10 });
   */
  allDocs<Members extends object = Schema>(
    options?: ListOptions | null,
  ): Promise<DocumentRows<Members>>;
  /**
   * By the name of a member or a function. The rows are kept as long as the function is.
   *
   * @example
   * const { docs } = await db.query<Person, number>('age', { range: [18, 65], descending: true });
   */
  query: Query<Schema>;
}

/** Events of a database, and their `detail`. */
export interface DatabaseEvents {
  /** After each applied local commit and each applied remote head. */
  change: { clock: readonly string[] };
  /** What was written before the first contact with a 0.14 remote was written again on the history that the remote had. */
  rebased: { ids: string[] };
  /** The local store is lost. */
  error: ReplicationError;
}

/** How safe what is written is. */
export interface Durability {
  /** The browser does not empty the local store by itself; null: not known. */
  persisted: boolean | null;
  /** Bytes that the origin may store, where a browser says so. */
  quota: number | null;
  /** Bytes that the origin stores, likewise. */
  usage: number | null;
  /** Every acknowledged write is stored and confirmed at one remote at least. */
  safe: boolean;
  /** The connections that push. */
  remotes: { connection: Connection; safe: boolean; lastSyncedAt: number | null }[];
}

/** A remote that was attached by `db.attach`. */
export interface Attached {
  readonly connection: Connection;
  /** 'attached' before the remote was reached, 'loading' at its first pull. */
  status(): 'attached' | 'loading' | 'syncing' | 'idle' | 'error' | 'detached';
  detach(): Promise<void>;
}

/**
 * A database. Every method waits for opening by itself.
 *
 * @example
 * db.addEventListener('change', ({ detail }) => console.log(detail.clock));
 */
export interface Database<Schema extends object = UnknownMembers>
  extends View<Schema>, TypedEventTarget<DatabaseEvents> {
  readonly name: string;
  readonly format: '0.24' | '0.14';
  /** Settles when the local store is open. Can be called as well: `await db.ready()`. */
  readonly ready: Promise<void> & (() => Promise<void>);
  /** Event CIDs of the head, sorted. */
  readonly clock: readonly string[];
  readonly logger: Logger;
  /** Where the engine runs: in a worker, or on the calling thread; undefined before it is open. */
  readonly thread: 'worker' | 'main' | undefined;
  /** The connections that are attached. */
  readonly connections: Connection[];
  /**
   * Resolves when the commit is durable in local storage; with `safe`, when that connection, or the first of all, has confirmed
   * it too.
   *
   * @example
   * const { id } = await db.put({ text: 'milk', done: false });
   */
  put<Members extends object = Schema>(
    document: NewDocument<NoInfer<Members>>,
    options?: { safe?: Connection | 'any' },
  ): Promise<Written>;
  /**
   * One commit: all of the documents or none.
   *
   * @example
   * await db.bulk([{ _id: 'a', n: 1 }, { _id: 'b', _deleted: true }]);
   */
  bulk<Members extends object = Schema>(
    documents: readonly NewDocument<NoInfer<Members>>[],
  ): Promise<{ ids: string[]; clock: string[]; name: string }>;
  /** Deletes a document, whether there is one or not. */
  del(id: string): Promise<Written>;
  /** The same as `del`. */
  remove(id: string): Promise<Written>;
  /** The same as `allDocs`. */
  allDocuments<Members extends object = Schema>(
    options?: ListOptions | null,
  ): Promise<DocumentRows<Members>>;
  /**
   * Merged truth, one row a key, oldest first. With `limit` it gives about so many: events are not torn in two. Going on from the
   * clock of an answer until no rows come has seen everything.
   *
   * @example
   * const { rows, clock } = await db.changes([], { limit: 100 });
   * const next = await db.changes(clock, { limit: 100 });
   */
  changes<Members extends object = Schema>(
    since?: readonly string[] | null,
    options?: { limit?: number },
  ): Promise<DocumentRows<Members>>;
  /**
   * The events that the clock leads to, newest first, each before those that it descends from: to draw the history.
   * A parent that is no row is older than `limit` (default: all) lets see, or not known here.
   */
  events(options?: {
    limit?: number;
  }): Promise<Rows<{ cid: string; parents: string[]; keys: string[] }>>;
  /** An earlier state: of a clock, or of the head in the header of the CAR with this CID. */
  at(clockOrCar: readonly string[] | string): View<Schema>;
  /**
   * Calls `listener` once for each applied local commit and each applied remote head, with the documents that
   * changed. Returns the function that ends it.
   *
   * @example
   * const end = db.subscribe((documents) => documents.forEach(({ _id }) => console.log(_id)));
   */
  subscribe<Members extends object = Schema>(
    listener: (documents: Document<Members>[]) => void,
    options?: { updates?: boolean } | boolean | null,
  ): () => void;
  /**
   * What `read` gives, read anew after each change while somebody subscribes. The same function gives the same live value.
   *
   * @example
   * const count = db.live(async () => (await db.allDocs()).rows.length);
   */
  live<Value>(read: () => Promise<Value>): Live<Value>;
  /**
   * What `query` answers, as a live value.
   *
   * @example
   * const open = db.liveQuery('done', { key: false });
   */
  liveQuery<Members extends object = Schema, Key extends QueryKey = QueryKey, Value = unknown>(
    fieldOrMap: string | MapFunction<Members, Key, Value>,
    options?: QueryOptions<NoInfer<Key>>,
  ): Live<QueryResult<Members, Key, Value>>;
  /** A document as a live value: undefined if there is none. */
  liveDoc<Members extends object = Schema>(id: string): Live<Document<Members> | undefined>;
  /** What `allDocs` answers, as a live value. */
  liveAllDocs<Members extends object = Schema>(options?: ListOptions): Live<DocumentRows<Members>>;
  /** What `changes` answers, as a live value. */
  liveChanges<Members extends object = Schema>(
    since?: readonly string[],
    options?: { limit?: number },
  ): Live<DocumentRows<Members>>;
  /**
   * How safe what is written is, here and elsewhere.
   *
   * @example
   * const { persisted, safe } = await db.durability();
   */
  durability(): Promise<Durability>;
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
  /**
   * Attaches a remote. Resolves when what it has is readable here, or could not be had yet.
   *
   * @example
   * const attached = await db.attach(new connect.rest({ url: 'https://example.com/replica' }));
   */
  attach(remote: Remote | Connector): Promise<Attached>;
  /** Calls `listener` once the database was closed or destroyed. Returns the function that forgets it. */
  onClosed(listener: () => void): () => void;
  /**
   * The database as one file, a CAR of version 1: what a remote would hold, sealed as it is, without the key. `restore`
   * reads it. One stored CAR is in memory at a time.
   */
  backup(): ReadableStream<Uint8Array>;
  /** Ends all work here, after the writes that were called before. */
  close(): Promise<void>;
  /** Deletes the local store. */
  destroy(): Promise<void>;
}
