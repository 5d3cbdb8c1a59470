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

/**
 * The mapping of the engine's operations to requests. Rejections are ReplicationErrors that name the
 * connector in `remote`.
 */
export interface Connector {
  /** Kind and address, without credentials, for messages. */
  readonly name: string;
  getMeta(request: MetaRequest): Promise<MetaAnswer>;
  /** Null: the remote has no such CAR. */
  getCar(request: CarRequest): Promise<Uint8Array | null>;
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

export interface StaticOptions {
  /** The folder of the objects. In pages it may be relative. */
  url: string | URL;
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
}

export type RawOptions = RawFunctions | RawFunctions014;
