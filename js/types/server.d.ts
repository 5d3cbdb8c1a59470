/** The place of one object, checked. */
export interface ObjectKey {
  kind: 'data' | 'file' | 'meta';
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

/** One state of an object. Either `read` or `close` must be called. */
export interface StoredObject {
  /** Bytes. */
  size: number;
  /** Strong, in quotes. */
  etag: string;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): ReadableStream<Uint8Array>;
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
  | { outcome: 'too-large' | 'incomplete' };

/** Where the objects of a server lie. CARs are written once, a meta is replaced as a whole. */
export interface ObjectStore {
  open(key: ObjectKey): Promise<StoredObject | null>;
  put(
    key: ObjectKey,
    body: ReadableStream<Uint8Array> | null,
    options: PutOptions,
  ): Promise<PutResult>;
}

export interface ServerOptions {
  /** Folder of the objects (Node). Either this or `store`. */
  dir?: string;
  store?: ObjectStore;
  /** Larger CARs are refused with 413. Default 256 MiB. */
  maxCarBytes?: number;
  /** Default 16 MiB. */
  maxMetaBytes?: number;
}

export interface ReplicaServer {
  fetch(request: Request): Promise<Response>;
}

/** The REST interface to a store of objects, as a handler of the Fetch API. */
export function createServer(options: ServerOptions): ReplicaServer;

/** Serves a handler over HTTP on Node. Default: 127.0.0.1 and a free port. */
export function listen(
  handler: { fetch(request: Request): Response | Promise<Response> },
  options?: { host?: string; port?: number },
): Promise<{ url: string; port: number; close(): Promise<void> }>;
