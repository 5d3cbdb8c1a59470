import { ReplicationError } from '../errors.js';
import { liveStatus } from '../live/live-status.js';
import { checkSignal } from './remote-options.js';
import { Remote, withOwnMeta } from './remote.js';

/** Milliseconds between two looks at a remote. */
const DEFAULT_POLL = 5000;

/** CARs that are transferred at a time. */
const DEFAULT_CONCURRENCY = 6;

const MODES = ['sync', 'pull', 'push'];

const INITIAL_STATUS = Object.freeze({
  state: 'connecting',
  safe: false, // as long as nothing is known
  conditional: 'unknown',
  parked: [],
  pending: { cars: 0, bytes: 0 },
  pulled: { cars: 0, bytes: 0 },
  pushed: { cars: 0, bytes: 0 },
  remoteHead: [],
  lastError: null,
  retryAt: null,
});

/**
 * A database attached to a remote. Events: `status`, `progress`, `change`, `error`, `synced`, and where the remote consists
 * of live engines `peers` and `message`; `detail` holds what happened.
 */
export class Connection extends EventTarget {
  #database;
  #remote;
  #mode;
  #status = INITIAL_STATUS;
  #attached;
  #closed;
  #peers = Object.freeze([]);
  #ready = deferred();
  #loaded = deferred();
  #lastSyncedAt = null;
  #live = liveStatus(this);
  #signal;
  #onAbort = () => this.#abort();
  #onDatabaseChange = (event) =>
    this.dispatchEvent(new CustomEvent('change', { detail: event.detail }));

  /**
   * @param {import('./database.js').Database} database
   * @param {Remote} given whose options are also those of the connection
   */
  constructor(database, given) {
    super();
    this.#database = database;
    const { mode, poll, concurrency, signal, remote } = checkConnection(given);
    this.#mode = mode;
    this.#remote = remote;
    for (const { promise } of [this.#ready, this.#loaded]) promise.catch(() => {});
    const remoteOf = (inWorker) => remote.forEngine(database, inWorker);
    this.#attached = database.openRemote(this, remoteOf, { mode, poll, concurrency }, (event) =>
      this.#hear(event),
    );
    this.#attached.catch((error) => this.#end(error));
    database.addEventListener('change', this.#onDatabaseChange);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted) this.#abort();
  }

  /** What it is attached to, for links. @type {Remote} */
  get remote() {
    return this.#remote;
  }

  /** The remote was reached once. */
  get ready() {
    return this.#ready.promise;
  }

  /** The first pull is applied and readable. */
  get loaded() {
    return this.#loaded.promise;
  }

  get status() {
    return this.#status;
  }

  /** 'sync', 'pull' or 'push'. */
  get mode() {
    return this.#mode;
  }

  /** When `synced` was told the last time, in milliseconds of `Date.now()`; null: not yet. */
  get lastSyncedAt() {
    return this.#lastSyncedAt;
  }

  /** The status as a live value: `{ get(), subscribe(run) }` with snapshots `{ hydrated, value, error }`. */
  live() {
    return this.#live;
  }

  /** One round, now, that only pulls: what is new at the remote is applied when this resolves. */
  pull() {
    return this.#call('pull');
  }

  /** One round, now: what the remote lacks is stored there when this resolves. It pulls before. */
  async push() {
    if (this.#mode === 'pull') {
      throw new ReplicationError('invalid-argument', "this connection has mode: 'pull'");
    }
    await this.#call('push');
  }

  /** One round, now, in every direction that this connection has. */
  refresh() {
    return this.#call('refresh');
  }

  /**
   * Resolves when the local head of this moment is stored and confirmed at the remote, and the remote head of this
   * moment is applied here. Waits through failures that are retried.
   */
  synced() {
    return this.#call('synced');
  }

  /**
   * Asks the remote for everything that it is believed to hold, and sends again what it lacks.
   *
   * @param {{ deep?: boolean }} [options] `deep`: fetches every object and opens it, where otherwise the remote's word
   *   is taken that it is there
   * @returns {Promise<{ checked: number, missing: string[], damaged: string[], repaired: number }>} CIDs of what the
   *   remote lacked, and how many of them it has again
   */
  async verify({ deep = false, ...unknown } = {}) {
    const [name] = Object.keys(unknown);
    if (name || typeof deep !== 'boolean')
      throw new ReplicationError(
        'invalid-argument',
        name ? `verify() has no option \`${name}\`` : '`deep` is true or false',
      );
    return this.#call('verify', { deep });
  }

  /**
   * The engines at the other end that have proven that they know the database: `id`, new for each connection; `kind`,
   * 'keeper' for one whose storage is a safe place, else 'live'; `since`, in milliseconds of `Date.now()`; `held`, the clock
   * up to which it has stored everything. Empty for other remotes.
   */
  get peers() {
    return this.#peers;
  }

  /**
   * Tells all of `peers` a value, which nobody stores: who is there now hears it as the event `message`, with
   * `{ from, value }`. Lost where somebody is too slow to take it.
   *
   * @param {unknown} value that JSON can hold, at most 32 KiB of it
   * @throws {ReplicationError} `invalid-argument`, also if the remote does not consist of engines
   */
  async send(value) {
    const json = toJson(value);
    if (json === undefined) {
      throw new ReplicationError('invalid-argument', 'a value for peers is one that JSON can hold');
    }
    await this.#call('send', { value: json });
  }

  /** Requests nothing new until `resume()`. */
  pause() {
    return this.#call('pause');
  }

  resume() {
    return this.#call('resume');
  }

  /** Ends the connection. What was pulled stays, and what was not pushed is pushed by the next connection. */
  async close() {
    if (this.#closed) return;
    const attached = this.#attached;
    this.#end(new ReplicationError('closed', 'the connection was closed'));
    await attached.then(({ detach }) => detach()).catch(() => {});
  }

  /** A call of the engine. One that waits when the connection ends rejects with the reason for that. */
  async #call(method, parameters) {
    if (this.#closed) throw this.#closed;
    const { call } = await this.#attached;
    try {
      const answer = await call(method, parameters);
      return method === 'verify' ? answer : undefined;
    } catch (error) {
      throw this.#closed ?? error;
    }
  }

  #abort() {
    if (this.#closed) return;
    this.#end(new ReplicationError('aborted', 'the connection was aborted by its signal'));
    this.#attached.then(({ detach }) => detach()).catch(() => {});
  }

  /** @param {ReplicationError} reason what every later call rejects with */
  #end(reason) {
    if (this.#closed) return;
    this.#closed = reason;
    this.#database.removeEventListener('change', this.#onDatabaseChange);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#ready.reject(reason);
    this.#loaded.reject(reason);
    this.#peers = Object.freeze([]);
    const failed = reason.code !== 'closed' && reason.code !== 'aborted';
    this.#setStatus({
      ...this.#status,
      state: failed ? 'error' : 'closed',
      lastError: failed ? reason : null,
      retryAt: null,
    });
  }

  #hear({ event, detail }) {
    if (this.#closed) return;
    if (event === 'ready') this.#ready.resolve();
    else if (event === 'loaded') this.#loaded.resolve();
    else if (event === 'closed')
      this.#end(new ReplicationError('closed', 'the database was closed'));
    else if (event === 'peers') this.#setPeers(detail);
    else if (event === 'status')
      this.#setStatus({ ...detail, lastError: asError(detail.lastError) });
    else {
      if (event === 'synced') this.#lastSyncedAt = Date.now();
      this.dispatchEvent(
        new CustomEvent(event, { detail: event === 'error' ? asError(detail) : detail }),
      );
    }
  }

  #setPeers(peers) {
    for (const each of peers) Object.freeze(Object.freeze(each).held);
    this.#peers = Object.freeze(peers);
    this.dispatchEvent(new CustomEvent('peers', { detail: peers }));
  }

  #setStatus(status) {
    this.#status = Object.freeze(status);
    this.dispatchEvent(new CustomEvent('status', { detail: status }));
  }
}

/** @returns {string | undefined} undefined: JSON cannot hold it */
function toJson(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** A promise and its ends (Promise.withResolvers, which Node 20 lacks). */
function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

function asError(detail) {
  if (!detail) return detail;
  const { code, message, ...details } = detail;
  return new ReplicationError(code, message, details);
}

/**
 * Options that all connections share, checked and with defaults, and the remote with those that are its own.
 *
 * @param {Remote} given
 */
function checkConnection({ kind, connector, options: all }) {
  const { mode: wanted, poll = DEFAULT_POLL, concurrency = DEFAULT_CONCURRENCY, ...rest } = all;
  const { signal, ...options } = rest;
  const refuse = (message) => {
    throw new ReplicationError('invalid-argument', message);
  };
  checkSignal(signal);
  const remote = withOwnMeta(new Remote({ kind, connector, options }));
  const readOnly = remote.whyReadOnly;
  const mode = wanted ?? (readOnly ? 'pull' : 'sync');
  if (!MODES.includes(mode)) refuse("`mode` is 'sync', 'pull' or 'push'");
  if (mode !== 'pull' && readOnly)
    refuse(`this connection cannot have mode '${mode}': ${readOnly}`);
  if (!Number.isFinite(poll) || poll < 0) refuse('`poll` is a number of milliseconds, 0 for never');
  if (!Number.isInteger(concurrency) || concurrency < 1)
    refuse('`concurrency` is a whole number from 1 on');
  return { mode, poll: Math.round(poll), concurrency, signal, remote };
}
