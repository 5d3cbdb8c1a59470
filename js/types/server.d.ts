import type { S3Bucket, S3Credentials } from './connectors.js';

/** The place of one object, checked. */
export interface ObjectKey {
  kind: 'data' | 'file' | 'meta';
  database: string;
  /** Of the folder, as the path has it, decoded. */
  name: string;
  /** Name of a folder, safe on every file system. */
  folder: string;
  file: string;
  /** Of a CAR; null for a meta. */
  cid: { text: string; codec: number; digest: Uint8Array } | null;
}

export interface Conditions {
  /** The tags of If-Match, `['*']` for any; null: no such header. */
  ifMatch: string[] | null;
  ifNoneMatch: string[] | null;
}

/** Whole, or as it is read. */
export type StoredBody = Uint8Array | ReadableStream<Uint8Array>;

/** One state of an object. Either `read` or `close` must be called. */
export interface StoredObject {
  /** Bytes. */
  size: number;
  /** Strong, in quotes. */
  etag: string;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): StoredBody | Promise<StoredBody>;
  close(): Promise<void>;
}

export interface PutOptions {
  /** Checked together with the writing, in one step. */
  conditions: Conditions;
  /** Largest size in bytes. */
  limit: number;
  /** The reason why a body must not be stored, or null. `start`: its first bytes, up to 64. */
  refuse(received: { size: number; sha256: Uint8Array; start: Uint8Array }): string | null;
}

export type PutResult =
  | { outcome: 'created' | 'replaced' | 'unchanged' | 'different'; etag: string }
  | { outcome: 'precondition-failed'; etag: string | null }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'too-large' | 'incomplete' | 'busy' };

/** Where the objects of a server lie. CARs are written once, a meta is replaced as a whole. */
export interface ObjectStore {
  /** `isWhole`: all of it will probably be read. What matches `ifNoneMatch` needs no content. */
  open(
    key: ObjectKey,
    hints?: { isWhole: boolean; conditions: Conditions },
  ): Promise<StoredObject | null>;
  put(
    key: ObjectKey,
    body: ReadableStream<Uint8Array> | null,
    options: PutOptions,
  ): Promise<PutResult>;
  /** Rejects if it cannot be used now; for `/health`. */
  check?(): Promise<void>;
}

/** A bearer token, in clear text or as its SHA-256 (hexadecimal), and what it opens. */
export type Token = {
  /** For the log. */
  name?: string;
  databases: string[] | '*';
  /** Write includes reading. */
  rights: 'read' | 'write';
} & ({ token: string; sha256?: undefined } | { sha256: string; token?: undefined });

/** `known: false`: nobody has this token (401), instead of one that lacks the right (403). */
export type Verdict = boolean | { allowed: boolean; known?: boolean; name?: string | null };

/** Decides on one request. `token` is null if there is none; what is not allowed then is 401. */
export type Authorize = (
  token: string | null,
  wish: {
    /** `*` for metrics. */
    database: string;
    right: 'read' | 'write';
    /** Of the object; `metrics`: what the server did with all databases. */
    kind: 'data' | 'file' | 'meta' | 'metrics';
  },
) => Verdict | Promise<Verdict>;

/** Of one request, when its answer has been handed over. Never a token, a header or a query. */
export interface LogEntry {
  /** ISO 8601. */
  time: string;
  /** Null: refused before it was a request, for the reason in `error`. */
  method: string | null;
  /** Null with the next two: the path names no object. */
  kind: 'data' | 'file' | 'meta' | null;
  database: string | null;
  object: string | null;
  /** If it names no object. */
  path?: string;
  /** Null: there was no answer. */
  status: number | null;
  /** Bytes of the bodies. */
  received: number;
  sent: number;
  ms: number;
  /** Name of the token. */
  token: string | null;
  /** Address of who asked. */
  client: string | null;
  /** How often the same was refused within the last second, if more than once. */
  times?: number;
  /** The answer was not sent to its end. */
  cut?: true;
  /** Why the server failed. */
  error?: string;
}

export interface ServerOptions {
  /** Folder of the objects (Node). Either this or `store`. */
  dir?: string;
  store?: ObjectStore;
  /** Who may do what. Without this and `authorize`: everybody everything. */
  tokens?: Token[];
  authorize?: Authorize;
  /** Databases that everybody may read: all, or these. */
  publicRead?: boolean | string[];
  /** Of the pages that may use the server, such as `https://app.example`. Default every one. */
  origins?: '*' | string[];
  /**
   * Names under which the server is reached, beside addresses, `localhost` and the hosts of `origins`. Where origins are
   * named, requests to other names are refused unless they bring a token.
   */
  hosts?: string[];
  /** Larger CARs are refused with 413. Default 256 MiB. */
  maxCarBytes?: number;
  /** Default 16 MiB. */
  maxMetaBytes?: number;
  /** At a time; more are refused with 503. Default 1,000, of which one client may have a quarter. */
  maxUploads?: number;
  /** Milliseconds without a byte, or behind 1,000 bytes a second, that end an upload. Default 30,000. */
  uploadStall?: number;
  /** Limits of rooms. */
  live?: {
    /** Of a room, default 200. */
    maxMembers?: number;
    /** Default 10,000. */
    maxRooms?: number;
    /** That wait for one member, default 1 MiB; who reads more slowly has to leave. */
    maxQueuedBytes?: number;
    /** Of a member in a second, default 2,000. */
    maxMessages?: number;
  };
  log?(entry: LogEntry): void;
}

/** A socket that was taken in, of any platform. */
export interface RoomSocket {
  send(data: string | Uint8Array): void;
  /** Bytes that were sent and have not left yet. */
  queued(): number;
  close(code: number, reason: string): void;
}

/** The rooms of a server, for whoever serves WebSockets; `listen` does. */
export interface Rooms {
  /** Whether sockets are handed over, so that answers name the address. */
  isServed: boolean;
  readonly counts: { rooms: number; members: number };
  /** Whether pages of an origin may join. */
  allows(origin: string): boolean;
  accept(socket: RoomSocket): {
    receive(data: string | Uint8Array): void;
    closed(): void;
  };
  close(): void;
}

export interface ReplicaServer {
  fetch(request: Request): Promise<Response>;
}

/** The REST interface to a store of objects, as a handler of the Fetch API. */
export function createServer(options: ServerOptions): ReplicaServer & { live: Rooms };

/** The function for `authorize` that a list of tokens makes. */
export function bearerTokens(tokens: Token[]): Authorize;

export interface BucketCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface BucketOptions {
  /** Of the S3 service. Default: Amazon's in `region`. */
  endpoint?: string;
  region: string;
  bucket: string;
  /** A folder in the bucket. */
  prefix?: string;
  /** Either these or `getCredentials`. */
  credentials?: BucketCredentials;
  getCredentials?(
    reason: 'request' | 'unauthorized',
  ): BucketCredentials | Promise<BucketCredentials>;
  /** The bucket is in the path instead of the host. Default: with an `endpoint`. */
  pathStyle?: boolean;
  fetch?: typeof fetch;
  /** Whether the bucket honours If-Match and If-None-Match. Default: found out before the first write. */
  conditional?: boolean;
  /**
   * Promises that nobody else writes to the bucket: where it ignores conditions, they then hold between the requests of this
   * process. Default false: there, requests with conditions are answered 501. Not outside Node.
   */
  exclusive?: boolean;
  /** Of all bodies that wait to be stored, bytes; what has no room is 503. Default 512 MiB. */
  maxBufferedBytes?: number;
}

/** Objects in an S3 bucket, on every platform. */
export function s3Store(options: BucketOptions): ObjectStore;

export interface PresignerOptions extends S3Bucket {
  /** The only one that addresses are given for. */
  database: string;
  /** Of the bucket. Either these or `getCredentials`. */
  credentials?: S3Credentials;
  getCredentials?(reason: 'request' | 'expired'): S3Credentials | Promise<S3Credentials>;
  /** Seconds that an address may be used for, default 300. */
  expires?: number;
  /** Larger CARs are refused with 413. Default 256 MiB. */
  maxCarBytes?: number;
  /** Whether who asks may upload. Without it, everybody may. */
  authorize?(request: Request): boolean | Promise<boolean>;
}

/** Fireproof's presigning service for one database, the `upload` of `connect.s3`, as a handler of the Fetch API. */
export function createPresigner(options: PresignerOptions): ReplicaServer;

export interface ListenOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
  /** Default 1,000, of which one client may have a quarter, but at least 64. */
  maxConnections?: number;
  /** IP addresses of proxies, whose X-Forwarded-For tells who the client is. */
  proxies?: string[];
}

/** Serves a handler over HTTP on Node. */
export function listen(
  handler: { fetch(request: Request): Response | Promise<Response>; live?: Rooms },
  options?: ListenOptions,
): Promise<{ url: string; port: number; close(): Promise<void> }>;
