import { ReplicationError } from '../errors.js';
import { warnOfThread } from './thread.js';
import { applyPatches, asFile, carsOf } from './documents.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The way from the objects of an application to the engine of one database: every call waits for opening, and
 * rejects once the database is closed.
 */
export class Session {
  #name;
  #logger;
  #engine;
  #opening;
  #closing;
  #destroying;
  #deleteStore;
  /** No call may reach the engine any more. */
  #ended = false;
  #thread;

  /**
   * @param {ReturnType<import('./options.js').checkOptions>} options
   * @param {(options: object) => ReturnType<import('../engine/on-this-thread.js').onThisThread>} spawn
   * @param {object} listeners
   * @param {(event: { connection: number, event: string, detail: object }) => void} listeners.news of the engine
   * @param {(clock: string[]) => void} listeners.opened hears the head before `ready` settles
   */
  constructor({ worker, logger, ...options }, spawn, { news, opened }) {
    this.#name = options.name;
    this.#logger = logger;
    const { name, format, storage } = options;
    this.#engine = spawn({ storage, worker });
    this.#deleteStore = () =>
      spawn({ storage, worker: false }).service.deleteStore({ name, format, storage });
    this.#opening = this.#open(options, news, opened);
    this.#opening.catch(() => {}); // each call reports it; nobody has to look at `ready`
  }

  /** Of the database. */
  get name() {
    return this.#name;
  }

  get logger() {
    return this.#logger;
  }

  /** Where the engine runs: 'worker', or 'main' for the calling thread; undefined before it is open. */
  get thread() {
    return this.#thread;
  }

  /** Settles when the local store is open. */
  get ready() {
    return this.#opening;
  }

  /**
   * A call of the engine, with the values in place that JSON lacks.
   *
   * @param {string} method
   * @param {object} parameters
   * @param {Uint8Array[]} blobs given away
   * @throws {ReplicationError}
   */
  async call(method, parameters = {}, blobs = []) {
    const { result } = await this.answer(method, parameters, blobs);
    return result && applyPatches(result);
  }

  /**
   * The same with the bytes that some calls answer beside their result, which is as the engine gave it.
   *
   * @returns {Promise<{ result: any, bytes?: Uint8Array }>}
   */
  async answer(...call) {
    await this.#opening;
    this.checkOpen();
    return this.#answer(...call);
  }

  /**
   * A call `write` of something that was to be written before `close()` was called: that waits for it.
   *
   * @param {object} parameters
   * @param {Uint8Array[]} blobs given away
   */
  async write(parameters, blobs) {
    await this.#opening;
    if (this.#ended) this.checkOpen();
    const { result } = await this.#answer('write', parameters, blobs);
    return applyPatches(result);
  }

  /** The content of an attachment, from local storage or a connected remote. */
  async file(entry, name) {
    const place = { cars: carsOf(entry), cid: entry.cid['/'] };
    const weight = Number.isSafeInteger(entry.size) ? entry.size : 0;
    const { bytes } = await this.answer('file', place, [], weight);
    return asFile(bytes, name, entry);
  }

  /**
   * @param {number} connection
   * @param {(inWorker: boolean) => { remote?: object, bridge?: object }} remoteOf makes what `EngineService.connect` takes
   * @param {{ mode: string, poll: number, concurrency: number }} options
   */
  async connect(connection, remoteOf, options) {
    await this.#opening;
    this.checkOpen();
    const { remote = null, bridge = null } = remoteOf(this.#engine.inWorker);
    return this.#ask('connect', connection, options, remote, bridge);
  }

  /** @param {number} connection */
  async disconnect(connection) {
    if (!this.#closing) await this.#ask('disconnect', connection);
  }

  /** @param {Promise<unknown>} [writes] what is to be finished before */
  close(writes) {
    this.#closing ??= Promise.resolve(writes).then(() => this.#end('close'));
    return this.#closing;
  }

  /** Deletes the store, also that of a database that was closed before. */
  destroy() {
    if (!this.#closing) {
      this.#closing = this.#opening.catch(() => {}).then(() => this.#end('destroy'));
      this.#destroying = this.#closing;
    }
    this.#destroying ??= this.#closing
      .catch(() => {})
      .then(() => this.#deleteStore())
      .then(unwrap);
    return this.#destroying;
  }

  async #open(options, news, opened) {
    await this.#ask('open', options, news);
    this.#thread = this.#engine.inWorker ? 'worker' : 'main';
    if (this.#engine.workerRefused) warnOfThread(this.#logger);
    const { result } = await this.#answer('inspect');
    opened(result.clock);
  }

  /** Parameters and results cross to a worker as JSON in bytes that are moved, which is cheaper than cloning them. */
  async #answer(method, parameters = {}, blobs = [], weight = 0) {
    const encoded = encoder.encode(JSON.stringify(parameters));
    const { json, bytes } = await this.#ask('call', method, encoded, blobs, weight);
    return { result: JSON.parse(decoder.decode(json)), bytes };
  }

  async #end(how) {
    this.#ended = true;
    try {
      await this.#ask(how);
    } finally {
      this.#engine.stop();
    }
  }

  /** @throws {ReplicationError} `closed` */
  checkOpen() {
    if (this.#closing) throw new ReplicationError('closed', `database "${this.#name}" is closed`);
  }

  async #ask(method, ...parameters) {
    return unwrap(await this.#engine.service[method](...parameters));
  }
}

/**
 * @param {{ value?: any, error?: object }} answer of a service
 * @throws {ReplicationError}
 */
function unwrap({ value, error }) {
  if (error) throw new ReplicationError(error.code, error.message, error);
  return value;
}
