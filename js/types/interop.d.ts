import type { Connector, RestOptions } from './connectors.js';
import type { ReplicationError } from './errors.js';

export { ReplicationError } from './errors.js';
export type { Connector, RestOptions } from './connectors.js';

/** Of the JavaScript Fireproof. */
export type Format = '0.24' | '0.14';

/** Objects at a REST server, as `connect.rest` reaches them. */
export function restConnector(
  options: RestOptions & { database: string; format: Format },
): Connector;

/** Objects in an S3 bucket, as `connect.s3` reaches them: signed here, or through Fireproof's presigning service. */
export function s3Connector(
  options: { database: string; format: Format; fetch?: typeof globalThis.fetch } & (
    | {
        endpoint?: string | URL;
        region: string;
        bucket: string;
        prefix?: string;
        pathStyle?: boolean;
        credentials?: S3Credentials;
        getCredentials?(reason: string): S3Credentials | Promise<S3Credentials>;
      }
    | { upload: string | URL; download: string | URL }
  ),
): Connector;

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface QueueItem {
  id: string;
  kind: 'data' | 'file' | 'meta';
  /** Of a CAR. */
  cid?: string;
  bytes: Uint8Array;
  public?: boolean;
  session?: string;
  /** Metas wait for all that have a lower number. */
  order: number;
}

/** Where an adapter keeps what the remote has not confirmed; one for each database and remote. */
export interface QueueStore {
  load(): Promise<{ items: QueueItem[]; confirmed: string[] }>;
  put(item: QueueItem): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** Drops an item that the remote has. If it is to be remembered, `load` gives its id later. */
  confirm(id: string, isRemembered: boolean): Promise<unknown>;
}

/** Lasts as long as the page or process. */
export function memoryQueue(): QueueStore;
/** Pages: survives closed tabs. */
export function indexedDbQueue(name: string): QueueStore;
/** Node: survives the end of the process, which must be the only one with this folder. */
export function folderQueue(dir: string): QueueStore;

export interface AdapterOptions {
  /** Default: memory. */
  queue?: QueueStore;
  /** Milliseconds: the longest first wait after a failure, default 500, and the longest of all, default 60,000. */
  retry?: { first: number; longest: number };
  /** Hears of each failure that is tried again. */
  onError?(error: ReplicationError): void;
}

export interface AdapterStatus {
  /** What the remote has not confirmed. */
  pending: { cars: number; metas: number; bytes: number };
  /** Since something was confirmed. */
  lastError: ReplicationError | null;
}

export interface Adapter {
  readonly status: AdapterStatus;
  /** Resolves when the remote has confirmed all that the package has handed over; rejects with `closed`. */
  synced(): Promise<void>;
  /** Ends requests and timers. What is in a queue that lasts, the next adapter with it sends. */
  close(): void;
}

/** What `connect.raw` of Fireproof 0.14 takes. */
export interface RawConnection extends Adapter {
  metaUpload(
    bytes: Uint8Array,
    params?: { name: string; branch: string },
  ): Promise<Uint8Array[] | null>;
  metaDownload(params?: { name: string; branch: string }): Promise<Uint8Array[] | null>;
  dataUpload(
    bytes: Uint8Array,
    params: { type: 'data' | 'file'; name?: string; car: string; size?: string },
    options?: { public: boolean },
  ): Promise<void>;
  dataDownload(params: {
    type: 'data' | 'file';
    name?: string;
    car: string;
  }): Promise<Uint8Array | null>;
  /**
   * Resolves when the package has merged what the remote had. Its own `connection.loaded` does not wait for that, and
   * a new database that is written before never merges.
   */
  loaded(db: object): Promise<void>;
  /**
   * Has the package's connection refreshed when the remote's meta changes. `poll`: milliseconds, default 5,000.
   * The result ends it.
   */
  watch(connection: { refresh(): Promise<unknown> }, options?: { poll?: number }): () => void;
}

export function rawConnection(connector: Connector, options?: AdapterOptions): RawConnection;

/** Once, before the first `attach`. */
export function registerGateway(parts: {
  /** Of `@fireproof/core`. */
  registerStoreProtocol(item: any): unknown;
  /** Of `@adviser/cement`. */
  Result: { Ok(value: any): any; Err(error: any): any };
}): void;

/** What `db.attach` of Fireproof 0.24 takes. */
export interface Attachable extends Adapter {
  name: string;
  configHash(): string;
  prepare(): Promise<{ car: { url: string }; file: { url: string }; meta: { url: string } }>;
  /** Looks at the remote now. */
  refresh(): Promise<void>;
}

/**
 * `poll`: milliseconds between two looks at the remote, default 5,000. `patience`: milliseconds that attaching waits for
 * a remote that does not answer, default 10,000.
 */
export function attachable(
  connector: Connector,
  options?: AdapterOptions & { poll?: number; patience?: number },
): Attachable;
