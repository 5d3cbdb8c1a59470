const NOTHING = Object.freeze({ hydrated: true, value: undefined, error: null });

/**
 * A document that a form edits: what is stored, kept up to date, and over it the members that were changed and not saved. What
 * others write to other members shows meanwhile. It is a live value: `get()` and `subscribe(run)` with snapshots
 * `{ doc, hydrated, error }`.
 */
export class DocumentEdit {
  #database;
  #initial;
  /** Undefined: the document is new. */
  #id;
  #changed = {};
  /** In place of everything. */
  #replaced;
  /** What was saved last, until the stored document is read again: `over` is the snapshot that it takes the place of. */
  #saved;
  #live;
  #endLive;
  #subscribers = new Set();
  #snapshot;

  /**
   * @param {import('../database/database.js').Database} database
   * @param {object} initial members of a new document; with `_id`, of one that may be stored
   */
  constructor(database, initial) {
    this.#database = database;
    this.#initial = initial;
    this.#setId(initial._id);
  }

  get = () => {
    this.#snapshot ??= this.#made();
    return this.#snapshot;
  };

  subscribe = (run) => {
    const subscription = { run };
    this.#subscribers.add(subscription);
    if (this.#subscribers.size === 1) this.#follow();
    run(this.get());
    return () => {
      this.#subscribers.delete(subscription);
      if (this.#subscribers.size === 0) this.#unfollow();
    };
  };

  /** Changes members. */
  merge = (members) => {
    if (this.#replaced) this.#replaced = { ...this.#replaced, ...members };
    else this.#changed = { ...this.#changed, ...members };
    this.#tell();
  };

  /** Takes the place of all members. */
  replace = (document) => {
    this.#replaced = this.#id === undefined ? document : { _id: this.#id, ...document };
    this.#tell();
  };

  /** Back to what it was at first: a new document, or the one with that id. */
  reset = () => {
    this.#forget();
    this.#setId(this.#initial._id);
    this.#tell();
  };

  /** Back to what is stored. */
  refresh = async () => {
    this.#forget();
    this.#tell();
  };

  /** Stores it, over what is stored; from then on it has an id. @returns what `put` answers */
  save = async (given) => {
    const document = given ?? (await this.#whole());
    const written = await this.#database.put(document);
    this.#replaced = this.#replaced === document ? undefined : this.#replaced;
    for (const [name, value] of Object.entries(this.#changed))
      if (document[name] === value) delete this.#changed[name];
    this.#setId(written.id);
    this.#saved = { document: { ...document, _id: written.id }, over: this.#live.get() };
    this.#tell();
    return written;
  };

  /** Stores it and begins anew, as a form does. @param {{ preventDefault?: () => void }} [event] */
  submit = async (event) => {
    event?.preventDefault?.();
    await this.save();
    this.reset();
  };

  /** Deletes it. @returns what `del` answers */
  remove = async (document = this.get().doc) => {
    const written = await this.#database.del(document._id);
    this.reset();
    return written;
  };

  /** `merge`, `replace` and `reset` in one, as the tuple of use-fireproof has it. */
  update = (members, { replace = false, reset = false } = {}) => {
    if (!members || reset) this.reset();
    if (members) (replace ? this.replace : this.merge)(members);
  };

  #made() {
    const { hydrated, value, error } = this.#live?.get() ?? NOTHING;
    const id = this.#id === undefined ? {} : { _id: this.#id };
    const known = this.#savedNow() ?? value;
    const doc = this.#replaced ?? { ...this.#initial, ...id, ...known, ...this.#changed };
    return Object.freeze({ doc, hydrated, error });
  }

  /** The document once what is stored was read: its other members are not to be lost. */
  async #whole() {
    if (this.#live && !this.#replaced && !this.get().hydrated) {
      const { hydrated, error } = await firstReading(this.#live);
      if (!hydrated) throw error;
    }
    return this.#made().doc;
  }

  #savedNow() {
    if (!this.#saved) return undefined;
    const now = this.#live.get();
    return now === this.#saved.over || !now.hydrated ? this.#saved.document : undefined;
  }

  #forget() {
    this.#changed = {};
    this.#replaced = undefined;
    this.#saved = undefined;
  }

  #setId(id) {
    if (id === this.#id) return;
    this.#unfollow();
    this.#id = id;
    this.#live = id === undefined ? undefined : this.#database.liveDoc(id);
    if (this.#subscribers.size > 0) this.#follow();
  }

  #follow() {
    this.#endLive = this.#live?.subscribe(() => this.#tell());
  }

  #unfollow() {
    this.#endLive?.();
    this.#endLive = undefined;
  }

  #tell() {
    this.#snapshot = this.#made();
    for (const { run } of [...this.#subscribers]) run(this.#snapshot);
  }
}

function firstReading(live) {
  return new Promise((resolve) => {
    const end = live.subscribe((snapshot) => {
      if (!snapshot.hydrated && !snapshot.error) return;
      resolve(snapshot);
      queueMicrotask(() => end());
    });
  });
}
