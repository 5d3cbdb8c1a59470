/** The tables that hold rows. */
export type Table = 'car' | 'file' | 'blocks' | 'events';

export interface Read {
  table: Table;
  key: string;
  /** Bytes from the start of the row, default 0. */
  offset?: number;
  /** Bytes, default to the end of the row; what lies behind the end is cut off. */
  length?: number;
}

export interface Commit {
  /** With `record`: the version that the stored record must have. */
  version?: number;
  /** The new record; its version becomes `version + 1`. */
  record?: Uint8Array;
  /** Rows to store. Putting a key that exists is allowed. */
  put?: { table: Table; key: string; bytes: Uint8Array }[];
  /** Rows to remove; absent ones are ignored. */
  delete?: { table: Table; key: string }[];
}

/**
 * Where a database lives on this device: one mutable versioned record, and immutable rows in four tables.
 * Commits are atomic, durable when resolved, and compare-and-set on the version of the record.
 * Everything rejects with ReplicationError: `quota-exceeded`, `storage-lost`, `closed`, `invalid-argument`.
 */
export interface BlockStorage {
  /** Must resolve before any other call. */
  open(): Promise<void>;
  /** Version 0 and null when nothing was stored yet. */
  readRecord(): Promise<{ version: number; record: Uint8Array | null }>;
  /** In the order asked; null: no such row. A range of a large row does not load the row. */
  read(reads: Read[]): Promise<(Uint8Array | null)[]>;
  readAll(table: Table): Promise<{ key: string; bytes: Uint8Array }[]>;
  /** False, and nothing written, if the stored record's version differs from `version`. */
  commit(commit: Commit): Promise<boolean>;
  /** Another instance on the same store committed a record or destroyed the store. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

interface StoreName {
  /** The database. */
  name: string;
  /** '0.14' or '0.24'. */
  format: string;
}

declare abstract class StorageInstance implements BlockStorage {
  open(): Promise<void>;
  readRecord(): Promise<{ version: number; record: Uint8Array | null }>;
  read(reads: Read[]): Promise<(Uint8Array | null)[]>;
  readAll(table: Table): Promise<{ key: string; bytes: Uint8Array }[]>;
  commit(commit: Commit): Promise<boolean>;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** In the memory of this process, shared by instances of one name. */
export class MemoryStorage extends StorageInstance {
  constructor(options: StoreName);
}

/** In a folder, for Node. Default `dir`: `~/.fireproof-wasm`. */
export class FileStorage extends StorageInstance {
  constructor(options: StoreName & { dir?: string });
}

/** In IndexedDB, for browsers. Default durability: 'relaxed'. */
export class IndexedDbStorage extends StorageInstance {
  constructor(options: StoreName & { durability?: 'relaxed' | 'strict' });
}
