import type { Connection, Remote } from './connection.js';
import type { Database, DatabaseOptions } from './database.js';

/** What a link to a snapshot says. */
export interface SnapshotLink {
  /** The folder of the objects. In pages it may be relative. */
  url: string | URL;
  /** CID of the newest CAR, the `root` that `snapshot` gave. */
  car: string;
  /** As `exportKey()` gives it, hex or base58; absent: public. */
  key?: string;
  /** Of the database that it was made of. Default: that of this one. */
  name?: string;
  /** Used instead of the global one. */
  fetch?: typeof globalThis.fetch;
}

export interface SnapshotFiles {
  /** CID of the newest CAR, for links. */
  root: string;
  /** To be uploaded in this order. `path` is relative to the address of the snapshot, percent-encoded. */
  files: { path: string; bytes: Uint8Array }[];
}

export interface SnapshotOptions {
  /** Whether attachments go along. Default true. */
  files?: boolean;
  /** Whether the database is compacted first. Default true. */
  compact?: boolean;
  /** Whether there is a meta record, which in an encrypted 0.14 database has the key in clear. Default true. */
  meta?: boolean;
}

/** A database that is read from a snapshot. */
export interface SnapshotDatabase<Schema extends object = any> extends Database<Schema> {
  /** The way to the snapshot: its progress, and `loaded`. */
  readonly connection: Connection;
}

/** Everything that a static host must serve for `connect.static` and `fireproof(name, { snapshot })`. */
export function snapshot(
  database: Database<any>,
  options?: SnapshotOptions,
): Promise<SnapshotFiles>;

/**
 * Writes a backup into local storage, where there must be no documents of this name yet. Resolves once everything is
 * verified and stored. Rejects with `corrupt-car`, `key-missing`, or `invalid-argument`.
 */
export function restore(
  source: Blob | ReadableStream<Uint8Array>,
  options?: Pick<DatabaseOptions, 'key' | 'storage' | 'worker'> & {
    /** Default: that of the backup. */
    name?: string;
  },
): Promise<Database>;

/**
 * Takes over what the JavaScript package keeps in this browser of a database of this origin, without changing it. Resolves
 * once everything is stored. Rejects with `not-found`, `unsupported-format`, `key-missing`, or `invalid-argument`.
 */
export function importFireproof(
  name: string,
  options?: Pick<DatabaseOptions, 'format' | 'key' | 'storage' | 'worker'> & {
    /** Name of the database here. Default: the same. */
    as?: string;
  },
): Promise<Database>;

export interface ShareOptions {
  /** Whose place the link names. Functions in its options do not go along. */
  connection: Connection | Remote;
  /** The link has no credentials, and what it opens only pulls. */
  readOnly?: boolean;
  /** Under which all of it is sealed. */
  passphrase?: string;
  /** After which `open` refuses the link; milliseconds since 1970. */
  expires?: Date | number;
  /** Of the page that opens links. Default: this page; elsewhere none. */
  url?: string | URL;
}

/** A link whose fragment has the name, the key and the place of a database; also the text for a QR code. */
export function share(database: Database<any>, options: ShareOptions): Promise<string>;

/** Opens what a link of `share` leads to. */
export function open(
  link: string | URL,
  options?: Pick<DatabaseOptions, 'storage' | 'worker'> & { passphrase?: string; poll?: number },
): Promise<{ db: Database; connection: Connection }>;
