import type { Document, UnknownMembers } from './documents.js';

/** Keys are ordered null, false, true, numbers, texts by UTF-16 unit, lists item by item. */
export type QueryKey = null | boolean | number | bigint | string | QueryKey[];

/**
 * Makes rows of a document: by `emit`, any number of times, or by returning a key, which counts if nothing was
 * emitted. Undefined makes no row, nor does what is no key; that is said once by a warning.
 *
 * @example
 * const byWord: MapFunction<{ words: string[] }> = ({ words }, emit) => words.forEach((word) => emit(word));
 */
export type MapFunction<
  Members extends object = UnknownMembers,
  Key extends QueryKey = QueryKey,
  Value = unknown,
> = (document: Document<Members>, emit: (key: Key | undefined, value?: Value) => void) => unknown;

/** What a query chooses: at most one of `key`, `keys`, `range` and `prefix`. */
export interface QueryOptions<Key extends QueryKey = QueryKey> {
  key?: Key;
  /** The rows of each, in this order. */
  keys?: readonly Key[];
  /** Both bounds are inclusive. */
  range?: readonly [from: Key, to: Key];
  /** The first items of keys that are lists; a text is also the beginning of keys that are texts. */
  prefix?: QueryKey;
  limit?: number;
  descending?: boolean;
  /** Default true, as in the JavaScript package. */
  includeDocs?: boolean;
}

/** A row of an index. */
export interface IndexRow<Key extends QueryKey = QueryKey, Value = unknown> {
  key: Key;
  id: string;
  /** Null if none was emitted. */
  value: Value | null;
}

/** A row with its document. */
export interface QueryRow<
  Members extends object = UnknownMembers,
  Key extends QueryKey = QueryKey,
  Value = unknown,
> extends IndexRow<Key, Value> {
  doc: Document<Members>;
}

/** What a query answers, unless `includeDocs` is false. */
export interface QueryResult<
  Members extends object = UnknownMembers,
  Key extends QueryKey = QueryKey,
  Value = unknown,
> {
  rows: QueryRow<Members, Key, Value>[];
  /** The documents of the rows, in their order. */
  docs: Document<Members>[];
}

/** What a query answers with `includeDocs: false`. */
export interface IndexResult<Key extends QueryKey = QueryKey, Value = unknown> {
  rows: IndexRow<Key, Value>[];
}

/** The forms of `query`. */
export interface Query<Schema extends object> {
  /** Rows without documents. */
  <Members extends object = Schema, Key extends QueryKey = QueryKey, Value = unknown>(
    fieldOrMap: string | MapFunction<Members, Key, Value>,
    options: QueryOptions<NoInfer<Key>> & { includeDocs: false },
  ): Promise<IndexResult<Key, Value>>;
  /** Rows with documents. */
  <Members extends object = Schema, Key extends QueryKey = QueryKey, Value = unknown>(
    fieldOrMap: string | MapFunction<Members, Key, Value>,
    options?: QueryOptions<NoInfer<Key>>,
  ): Promise<QueryResult<Members, Key, Value>>;
}
