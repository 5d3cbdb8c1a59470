import { ReplicationError, asReplicationError } from '../errors.js';
import { CallMemory, sizeOfWrite } from './call-memory.js';
import { EngineCore } from './core.js';
import { PeerLinks } from './peer-links.js';
import { Transfers } from './transfers.js';

/** Bytes of blocks that an engine keeps in memory. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** The longest delay that timers take, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

const utf8 = new TextEncoder();

/**
 * Runs one engine: carries out its commands on storage, connectors and timers, and tells it the results.
 * Lives in the worker, or on the calling thread where there is none.
 */
export class EngineHost {
  /** @type {EngineCore} */
  #core;
  #storage;
  #listener;
  #transfers = new Transfers((message, pieces) => this.#tell(message, pieces));
  #peers = new PeerLinks((message, pieces) => this.#tell(message, pieces));
  /** @type {Map<number, { resolve: Function, reject: Function }>} */
  #calls = new Map();
  #nextCall = 1;
  #writes = new CallMemory();
  #reads = new CallMemory();
  #timer;
  #unsubscribe = () => {};
  #closed = false;

  /**
   * @param {import('../storage/block-storage.js').BlockStorage} storage opened and closed by the host
   * @param {(event: { connection: number, event: string, detail: object }) => void} listener hears news of
   *   connections, and of the database as connection 0
   */
  constructor(storage, listener) {
    this.#storage = storage;
    this.#listener = listener;
  }

  /**
   * @param {{ format: string, public: boolean, key?: string }} options
   * @throws {ReplicationError}
   */
  async open(options) {
    this.#core = await EngineCore.create({ ...options, cacheBytes: CACHE_BYTES });
    await this.#storage.open();
    if (this.#closed) return;
    this.#unsubscribe = this.#storage.onChange(() => this.#tell({ type: 'recordChanged' }));
    this.#carryOut(this.#core.start());
    await this.#order('ready');
  }

  /**
   * A call of the engine. It settles after the listener has heard the news that came before the answer.
   *
   * @param {string} method
   * @param {Uint8Array} parameters JSON
   * @param {Uint8Array[]} blobs contents that the parameters name by their place in this list
   * @param {number} weight bytes that the answer will have, as far as that is known. Calls wait where together they would
   *   be more than the engine has memory for (call-memory.js); writes keep their order
   * @returns {Promise<{ json: Uint8Array, bytes?: Uint8Array }>}
   * @throws {ReplicationError} `invalid-document` if it is a write that is too large by itself
   */
  async call(method, parameters, blobs = [], weight = 0) {
    const call = () => this.#call(method, [parameters, ...blobs]);
    if (method === 'write') return this.#writes.run(sizeOfWrite([parameters, ...blobs]), call);
    return weight === 0 ? call() : this.#reads.run(weight, call);
  }

  #call(method, pieces) {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      const call = this.#nextCall++;
      this.#calls.set(call, { resolve, reject });
      this.#tell({ type: 'call', call, method }, pieces);
    });
  }

  /** The same for the host's own calls, whose answers say nothing. */
  async #order(method, parameters = {}) {
    await this.call(method, utf8.encode(JSON.stringify(parameters)));
  }

  /**
   * Attaches a remote under a number of the caller's choice, which is its order among several.
   *
   * @param {number} connection from 1 on
   * @param {import('../connectors/connector.js').Connector} connector
   * @param {{ mode: 'sync' | 'pull' | 'push', poll: number, concurrency: number }} options `poll` in milliseconds
   * @throws {ReplicationError} `invalid-argument` if the mode needs a connector that can write
   */
  async connect(connection, connector, options) {
    const { name: remote, canWrite, conditional } = connector;
    if (options.mode !== 'pull' && !canWrite) {
      throw new ReplicationError('invalid-argument', `${remote} can only be pulled from`);
    }
    this.#transfers.add(connection, connector);
    await this.#order('connect', { connection, remote, conditional, ...options });
  }

  /**
   * Attaches the engines that a transport reaches, in the same way.
   *
   * @param {number} connection
   * @param {import('../peers/transport.js').PeerTransport} transport
   * @param {{ mode: 'sync' | 'pull' | 'push', concurrency: number, database: string }} options `database`: its name
   */
  async connectPeers(connection, transport, { mode, concurrency, database }) {
    const options = { mode, concurrency, database, peers: true };
    await this.#order('connect', { connection, remote: transport.name, ...options });
    if (!this.#closed) this.#peers.start(connection, transport);
  }

  /** @param {number} connection */
  async disconnect(connection) {
    await this.#order('disconnect', { connection }).finally(() => {
      this.#transfers.remove(connection);
      this.#peers.stop(connection);
    });
  }

  /** Ends everything under way; nothing that was acknowledged is lost. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unsubscribe();
    this.#transfers.close();
    this.#peers.close();
    for (const { reject } of this.#calls.values()) reject(closedError());
    this.#calls.clear();
    this.#core?.destroy();
    await this.#storage.close();
  }

  /** Deletes the local store. */
  async destroy() {
    await this.#storage.destroy();
    await this.close();
  }

  #tell(message, pieces) {
    if (this.#closed) return;
    try {
      this.#carryOut(this.#core.receive(message, pieces));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The engine itself broke: nothing that it holds in memory can be trusted any more. */
  #fail(error) {
    const failure = asReplicationError(error, 'storage-lost', 'the engine failed');
    for (const { reject } of this.#calls.values()) reject(failure);
    this.#calls.clear();
    this.close().catch(() => {});
  }

  #carryOut(commands) {
    for (const command of commands) this[`_${command.type}`](command);
  }

  // One method a command, named as the engine names it.

  _loadRecord() {
    this.#storage.readRecord().then(
      ({ version, record }) =>
        this.#tell({ type: 'recordLoaded', version }, record ? [record] : []),
      (error) => this.#storageFailed(error),
    );
  }

  _loadRows({ table }) {
    this.#storage.readAll(table).then(
      (rows) =>
        this.#tell(
          { type: 'rowsLoaded', table, keys: rows.map(({ key }) => key) },
          rows.map(({ bytes }) => bytes),
        ),
      (error) => this.#storageFailed(error),
    );
  }

  _readRanges({ request, ranges }) {
    this.#storage.read(ranges).then(
      (rows) => this.#tell({ type: 'rangesRead', request }, rows),
      (error) => this.#storageFailed(error),
    );
  }

  _commit({ request, version, record, rows, deletes }) {
    const put = rows.map(({ table, key, bytes, transfer }) => ({
      table,
      key,
      bytes: bytes ?? this.#transfers.bytes(transfer),
    }));
    const changes = { put, delete: deletes };
    this.#storage.commit(record ? { version, record, ...changes } : changes).then(
      (stored) => this.#tell({ type: 'committed', request, stored: stored ? 1 : 0 }),
      ({ code, message }) => this.#tell({ type: 'committed', request, code, message }),
    );
  }

  _getMeta({ connection, etag }) {
    this.#transfers.getMeta(connection, etag);
  }

  _getCar({ connection, transfer, ...car }) {
    this.#transfers.getCar(connection, transfer, car);
  }

  _findCar({ connection, transfer, ...car }) {
    this.#transfers.findCar(connection, transfer, car);
  }

  _putCar({ connection, transfer, ...upload }) {
    const table = upload.kind === 'data' ? 'car' : 'file';
    this.#transfers.putCar(connection, transfer, upload, () => this.#stored(table, upload.cid));
  }

  _probeConditions({ connection, transfer, cid }) {
    this.#transfers.probe(connection, transfer, cid, () => this.#stored('car', cid));
  }

  async #stored(table, key) {
    try {
      const [bytes] = await this.#storage.read([{ table, key }]);
      return bytes;
    } catch (error) {
      this.#storageFailed(error);
      throw error;
    }
  }

  _putMeta({ connection, ...upload }) {
    this.#transfers.putMeta(connection, upload);
  }

  _releaseTransfer({ transfer }) {
    this.#transfers.release(transfer);
  }

  _peerSend({ connection, peer, bytes }) {
    this.#peers.send(connection, peer, bytes);
  }

  _peerClose({ connection, peer }) {
    this.#peers.closePeer(connection, peer);
  }

  _wakeAt({ time }) {
    clearTimeout(this.#timer);
    if (time === null) return;
    const delay = Math.min(Math.max(0, time - Date.now()), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#tell({ type: 'wake' }), delay);
  }

  _answer({ call, json, bytes, code, message, ...details }) {
    const { resolve, reject } = this.#calls.get(call) ?? {};
    this.#calls.delete(call);
    if (code) {
      reject?.(new ReplicationError(code, message, details));
    } else {
      resolve?.({ json, bytes });
    }
  }

  _notify({ connection, event, detail }) {
    this.#listener({ connection, event, detail });
  }

  #storageFailed(error) {
    if (this.#closed) return;
    const { code, message } = asReplicationError(error, 'storage-lost', 'local storage');
    this.#tell({ type: 'storageFailed', code, message });
    this.#listener({ connection: 0, event: 'lost', detail: { code, message } });
  }
}

function closedError() {
  return new ReplicationError('closed', 'the database is closed');
}
