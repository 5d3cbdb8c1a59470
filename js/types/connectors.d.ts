export interface MetaRequest {
  /** Of the meta known already. */
  etag?: string;
  signal?: AbortSignal;
}

export type MetaAnswer =
  | { status: 'found'; metas: Uint8Array[]; etag?: string }
  | { status: 'none' }
  | { status: 'not-modified' };

export interface CarRequest {
  kind: 'data' | 'file';
  /** Of the CAR, as text. */
  cid: string;
  signal?: AbortSignal;
  /** The bytes received so far; the total is undefined when the remote does not tell it. */
  onProgress?(bytes: number, totalBytes: number | undefined): void;
}

export interface CarUpload {
  kind: 'data' | 'file';
  cid: string;
  bytes: Uint8Array;
  /** Nothing is replaced: the remote's own object of that name stays. */
  ifAbsent: boolean;
  /** Of a file: nobody needs a key to read it. */
  public?: boolean;
  signal?: AbortSignal;
  /** Called at the start and, once the remote has it, at the end. */
  onProgress?(bytes: number, totalBytes: number): void;
}

export interface MetaUpload {
  bytes: Uint8Array;
  /** Under which it is stored: always, if there is none, or in place of the one with `etag`. */
  condition: 'none' | 'absent' | 'match';
  etag?: string;
  signal?: AbortSignal;
}

/**
 * Conflict: the condition did not hold, and nothing was changed. Unsupported: nor was it, because the remote
 * refuses requests with conditions.
 */
export type MetaStored =
  { status: 'stored'; etag?: string } | { status: 'conflict' } | { status: 'unsupported' };

/** What a remote makes of a condition: observes it, stores regardless of it, or refuses requests that have one. */
export type Condition = 'honoured' | 'ignored' | 'unsupported';

export interface Conditions {
  /** `If-None-Match: *` */
  absent: Condition;
  /** `If-Match` */
  match: Condition;
}

/**
 * The mapping of the engine's operations to requests. Rejections are ReplicationErrors that name the
 * connector in `remote`.
 */
export interface Connector {
  /** Kind and address, without credentials, for messages. */
  readonly name: string;
  /** Whether it has `putCar` and `putMeta`. */
  readonly canWrite: boolean;
  /** Whether it can ask for conditions. */
  readonly conditional: boolean;
  getMeta(request: MetaRequest): Promise<MetaAnswer>;
  /** Null: the remote has no such CAR. */
  getCar(request: CarRequest): Promise<Uint8Array | null>;
  /**
   * Exists: `ifAbsent` was asked for and there is one. Unsupported: `ifAbsent` was asked for and the remote knows
   * no conditions.
   */
  putCar?(upload: CarUpload): Promise<'stored' | 'exists' | 'unsupported'>;
  putMeta?(upload: MetaUpload): Promise<MetaStored>;
  /** Whether the remote has a CAR of this name, without fetching it. */
  hasCar?(
    question: Pick<CarRequest, 'kind' | 'cid' | 'signal'> & { bytes?: Uint8Array },
  ): Promise<boolean>;
  /** Stores a CAR that the remote has again, the same bytes, under conditions that do not hold. */
  probe?(probe: Pick<CarUpload, 'kind' | 'cid' | 'bytes' | 'signal'>): Promise<Conditions>;
}

export type HeadersReason = 'request' | 'unauthorized';

export interface RestOptions {
  /** The folder of the objects. In pages it may be relative. */
  url: string | URL;
  /** Sent with each request. */
  headers?: Record<string, string>;
  /** Further headers: before the first request, and after the remote refused those given before. */
  getHeaders?(
    reason: HeadersReason,
  ): Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
  /** Used instead of the global one. */
  fetch?: typeof globalThis.fetch;
}

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary ones. */
  sessionToken?: string;
  /** When they end; as a number, milliseconds since 1970. `getCredentials` is asked again a minute before. */
  expiration?: Date | string | number;
}

/** Where the objects lie in a bucket. */
export interface S3Bucket {
  /** Address of the service. Default: that of Amazon in the region. */
  endpoint?: string | URL;
  region: string;
  bucket: string;
  /** A folder in the bucket, with or without `/` at its end. */
  prefix?: string;
  /** Whether the bucket is in the path or in the host name. Default: in the path if there is an `endpoint`. */
  pathStyle?: boolean;
}

export type S3Reason = 'request' | 'expired' | 'unauthorized';

/** A bucket. Without credentials it is only read, and everybody has to be allowed to. */
export interface S3BucketOptions extends S3Bucket {
  credentials?: S3Credentials;
  /**
   * In place of `credentials`: asked before the first request, when those given before end, and once when the remote
   * refuses them.
   */
  getCredentials?(reason: S3Reason): S3Credentials | Promise<S3Credentials>;
  /** Used instead of the global one. */
  fetch?: typeof globalThis.fetch;
}

/** Fireproof's presigning service. Without `upload` the bucket is only read. */
export interface S3ServiceOptions {
  /** Gives, for each object, the address to which it may be PUT. */
  upload?: string | URL;
  /** The folder of the objects, which everybody may read. */
  download: string | URL;
  /** Sent to the service with each request, and to nobody else. */
  headers?: Record<string, string>;
  /** Further ones: before the first request, and after the service refused those given before. */
  getHeaders?(
    reason: HeadersReason,
  ): Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
  fetch?: typeof globalThis.fetch;
}

export type S3Options = S3BucketOptions | S3ServiceOptions;

export interface StaticOptions {
  /** The folder of the objects. In pages it may be relative. */
  url: string | URL;
  fetch?: typeof globalThis.fetch;
}

export interface IpfsOptions {
  /** Address of a Kubo RPC, without /api/v0. Blocks are pinned there; without it the remote is only read. */
  rpc?: string | URL;
  /** Asked in turn, after the RPC. */
  gateway?: string | URL | (string | URL)[];
  /** Sent to the RPC, and to nobody else. */
  headers?: Record<string, string>;
  getHeaders?(
    reason: HeadersReason,
  ): Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
  /** Milliseconds without a byte after which the next gateway is asked, default 15,000. */
  patience?: number;
  fetch?: typeof globalThis.fetch;
}

export type Bytes = Uint8Array | ArrayBuffer;
/** Bytes, text or the parsed object. */
export type Meta = Bytes | string | object;

export type RawParams =
  | { type: 'meta'; name: string; branch: 'main' }
  | { type: 'data' | 'file'; name: string; car: string };

type MaybePromise<T> = T | Promise<T>;

export interface RawFunctions {
  download(params: RawParams): MaybePromise<Bytes | Meta | Meta[] | null | undefined>;
  /** Stores it before it settles. Without this function the remote is only read. */
  upload?(bytes: Uint8Array, params: RawParams): unknown;
}

/** The functions of Fireproof 0.14. */
export interface RawFunctions014 {
  metaDownload(params: {
    name: string;
    branch: 'main';
  }): MaybePromise<Meta | Meta[] | null | undefined>;
  dataDownload(params: {
    type: 'data' | 'file';
    name: string;
    car: string;
  }): MaybePromise<Bytes | null | undefined>;
  /** Both or none of the following. What they give does not matter. */
  metaUpload?(bytes: Uint8Array, params: { name: string; branch: 'main' }): unknown;
  dataUpload?(
    bytes: Uint8Array,
    /** `size`: bytes, as decimal text. */
    params: { type: 'data' | 'file'; name: string; car: string; size: string },
    /** Of files. */
    options?: { public: boolean },
  ): unknown;
}

export type RawOptions = RawFunctions | RawFunctions014;
