import type {
  Connector,
  IpfsOptions,
  RawOptions,
  RestOptions,
  S3Options,
  StaticOptions,
} from './connectors.js';
import type { Database } from './database.js';
import type { ReplicationError } from './errors.js';
import type { TypedEventTarget } from './events.js';
import type { Live } from './live.js';

/** Options that all connections have. */
export interface ConnectionOptions {
  /** Default 'sync', and 'pull' where nothing can be written, as with `connect.static`. */
  mode?: 'sync' | 'pull' | 'push';
  /** Milliseconds between two looks at the remote, default 5000; 0: only when asked. */
  poll?: number;
  /** CARs that are transferred at a time, default 6. */
  concurrency?: number;
  /** Ends the connection. */
  signal?: AbortSignal;
  /** Another remote, or a connector, that keeps the meta record in place of this one. */
  meta?: Remote | Connector;
  /**
   * Which place the remote is, where its address does not tell: functions, a tenant that credentials choose. Of `connect.rest`
   * also the name of one of `headers`, whose value then tells. What is known of a remote is remembered under it.
   */
  identity?: string;
}

/** What `verify()` found. */
export interface Verification {
  /** Objects that were asked for. */
  checked: number;
  /** CIDs of those that are not there. */
  missing: string[];
  /** CIDs of those that are there with other bytes. */
  damaged: string[];
  /** How many of these the remote has again. */
  repaired: number;
}

/** What a connection does and has, frozen: a new one takes its place. */
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
  readonly lastError: ReplicationError | null;
  /** Milliseconds of `Date.now()`. */
  readonly retryAt: number | null;
}

/** How far a round has come; monotone, and at its total at the end. */
export interface Progress {
  direction: 'pull' | 'push';
  cars: number;
  totalCars: number;
  bytes: number;
  totalBytes: number;
}

/** An engine at the other end of a connection whose remote consists of live engines. */
export interface Peer {
  /** New for each connection. */
  readonly id: string;
  /** What a 'keeper' holds is stored at a safe place. */
  readonly kind: 'live' | 'keeper';
  /** Milliseconds of `Date.now()`. */
  readonly since: number;
  /** The clock up to which it has stored every document. */
  readonly held: readonly string[];
}

export interface TabOptions {
  /** Of the BroadcastChannel, default: one for the name and format of the database. */
  channel?: string;
}

export interface WebsocketOptions {
  /** Of our server: the folder of its objects, or its `live` address. */
  url: string | URL;
  /** Name of a database whose room it is, default: that of this one. */
  room?: string;
  /** As for REST, with the right to write. Sent in the first message. */
  token?: string;
}

/** Of a connection to live engines, which tell by themselves what they have: nothing is polled. */
export type PeerConnectionOptions = Omit<ConnectionOptions, 'poll' | 'meta'>;

/** Events of a connection, and their `detail`. */
export interface ConnectionEvents {
  status: ConnectionStatus;
  progress: Progress;
  change: { clock: readonly string[] };
  error: ReplicationError;
  synced: unknown;
  peers: readonly Peer[];
  message: { from: string; value: unknown };
}

/**
 * A database that is attached to a remote.
 *
 * @example
 * connection.addEventListener('status', ({ detail }) => console.log(detail.state, detail.safe));
 */
export interface Connection extends TypedEventTarget<ConnectionEvents> {
  /** The remote was reached once. */
  readonly ready: Promise<void>;
  /** The first pull is applied and readable. */
  readonly loaded: Promise<void>;
  readonly status: ConnectionStatus;
  readonly mode: 'sync' | 'pull' | 'push';
  /** When `synced` was told the last time, in milliseconds of `Date.now()`; null: not yet. */
  readonly lastSyncedAt: number | null;
  /** The status as a live value. */
  live(): Live<ConnectionStatus>;
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
  /**
   * Asks the remote for everything that it is believed to hold, and sends again what it lacks. `deep` fetches every object
   * and opens it, where otherwise the remote's word is taken that it is there.
   */
  verify(options?: { deep?: boolean }): Promise<Verification>;
  /** The live engines at the other end; empty for other remotes. */
  readonly peers: readonly Peer[];
  /**
   * Tells all of `peers` a value that JSON can hold, at most 32 KiB: they hear it as the event `message`, with
   * `{ from, value }` as `detail`. Nobody stores it.
   */
  send(value: unknown): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

declare const kind: unique symbol;
/** A remote that is not attached yet. */
export interface Remote {
  readonly [kind]: string;
}

/** `connect.rest(db, options)` attaches; `new connect.rest(options)` only makes. */
export interface RemoteFactory<Options> {
  (database: Database<any>, options: Options): Connection;
  (options: Options): Remote;
  new (options: Options): Remote;
}

/**
 * Attaches remotes.
 *
 * @example
 * const connection = connect.rest(db, { url: 'https://example.com/replica' });
 * await connection.synced();
 */
export const connect: {
  (database: Database<any>, remote: Remote): Connection;
  /** A connector of the application's own, which stays on the page. */
  (database: Database<any>, connector: Connector, options?: ConnectionOptions): Connection;
  rest: RemoteFactory<RestOptions & ConnectionOptions>;
  s3: RemoteFactory<S3Options & ConnectionOptions>;
  raw: RemoteFactory<RawOptions & ConnectionOptions>;
  static: RemoteFactory<StaticOptions & ConnectionOptions & { mode?: 'pull' }>;
  /** CARs as blocks of IPFS; another remote keeps the meta. */
  ipfs: RemoteFactory<IpfsOptions & ConnectionOptions & { meta: Remote | Connector }>;
  /** Other tabs and workers of the origin whose databases have stores of their own. */
  tab: RemoteFactory<TabOptions & PeerConnectionOptions>;
  /** The members of a room of our server, which keeps nothing. */
  websocket: RemoteFactory<WebsocketOptions & PeerConnectionOptions>;
};
