/** A link as it is read: the CID as text. The CID of an attachment also has `toString()`, which gives that text. */
export interface Link {
  '/': string;
}

/**
 * An attachment as it is read.
 *
 * @example
 * const { _files } = await db.get('album');
 * const photo = await _files?.['photo.jpg']?.file();
 */
export interface FileEntry {
  cid: Link;
  /** Bytes. */
  size: number;
  /** The media type, '' if it was not known. */
  type: string;
  /** Milliseconds, of a File. */
  lastModified?: number;
  /** Loads the content: from local storage, else from a connected remote. */
  file(): Promise<Blob>;
}

/** The content of a new attachment. */
export type FileContent = Blob | ArrayBuffer | ArrayBufferView;

/** What a document has of which nothing is said. */
export type UnknownMembers = Record<string, unknown>;

/** Members that mean something to the database. */
export type OwnMembers = {
  _id: string;
  _deleted?: boolean;
  _files?: Record<string, FileEntry>;
  _publicFiles?: Record<string, FileEntry>;
};

/**
 * A document as it is read. Bytes are `Uint8Array`, integers beyond ±(2^53-1) are BigInt, links are `Link`.
 *
 * @example
 * interface Todo { text: string; done: boolean }
 * const todo: Document<Todo> = await db.get<Todo>('milk');
 */
export type Document<Members extends object = UnknownMembers> = Members & OwnMembers;

/** Members of a new document: what is not known may be anything that can be stored. */
type NewMembers<Members> = string extends keyof Members
  ? Record<string, any>
  : Omit<Members, keyof OwnMembers>;

/**
 * A document as it is written: what was read, or with new values. Which values there are, and what becomes of
 * others such as Date or Map, depends on the format.
 *
 * @example
 * const photo: NewDocument = { taken: 1999, _files: { 'photo.jpg': new Blob([]) } };
 */
export type NewDocument<Members extends object = UnknownMembers> =
  | (NewMembers<Members> & {
      /** Missing or empty: a UUID of version 7. */
      _id?: string;
      _deleted?: false;
      _files?: Record<string, FileContent | FileEntry>;
      _publicFiles?: Record<string, FileContent | FileEntry>;
    })
  | (Partial<NewMembers<Members>> & {
      _id: string;
      /** The document is deleted; its other members are left out. */
      _deleted: true;
    });
