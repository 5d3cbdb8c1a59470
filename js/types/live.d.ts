/** A value as it is now, frozen: a new one takes its place. */
export interface Snapshot<Value> {
  /** Whether `value` was read. */
  readonly hydrated: boolean;
  /** Of the last time that reading succeeded. */
  readonly value: Value | undefined;
  /** Of the last time, if that failed. */
  readonly error: Error | null;
}

/**
 * A value that stays up to date while somebody subscribes. It is what Svelte takes as a store, Solid by `from`, and React by
 * `useSyncExternalStore`.
 *
 * @example
 * const end = db.liveDoc('milk').subscribe(({ value }) => console.log(value));
 */
export interface Live<Value> {
  /** The last snapshot: as old as the last subscription, if there is none now. */
  get(): Snapshot<Value>;
  /** Calls `run` at once and with each further snapshot. Returns the function that ends it. */
  subscribe(run: (snapshot: Snapshot<Value>) => void): () => void;
}
