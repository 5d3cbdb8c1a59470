import { ERROR_CODES, ReplicationError, asReplicationError } from '../errors.js';

/** Milliseconds between two reports of how far a transfer is. */
const PROGRESS_INTERVAL = 100;

/**
 * The requests to remotes that are under way, and the bytes that they brought until the engine has stored
 * or refused them.
 */
export class Transfers {
  /** @type {Map<number, { connector: import('../connectors/connector.js').Connector, stop: AbortController }>} */
  #connections = new Map();
  /** @type {Map<number, AbortController>} */
  #running = new Map();
  /** @type {Map<number, Uint8Array>} */
  #received = new Map();
  #tell;

  /** @param {(message: object, pieces?: (Uint8Array | null)[]) => void} tell hands a result to the engine */
  constructor(tell) {
    this.#tell = tell;
  }

  add(connection, connector) {
    this.#connections.set(connection, { connector, stop: new AbortController() });
  }

  /** Stops everything that goes through this connection. */
  remove(connection) {
    this.#connections.get(connection)?.stop.abort();
    this.#connections.delete(connection);
  }

  close() {
    for (const { stop } of this.#connections.values()) stop.abort();
    this.#connections.clear();
    this.#received.clear();
  }

  /** The bytes that a transfer brought. */
  bytes(transfer) {
    return this.#received.get(transfer);
  }

  /** Stops a transfer, or forgets what it brought. */
  release(transfer) {
    this.#running.get(transfer)?.abort();
    this.#running.delete(transfer);
    this.#received.delete(transfer);
  }

  async getMeta(connection, etag) {
    const { connector, stop } = this.#connections.get(connection) ?? {};
    const message = { type: 'metaReceived', connection };
    try {
      const answer = await connector.getMeta({ etag: etag || undefined, signal: stop.signal });
      const { status, metas = [], etag: newEtag = '' } = answer;
      this.#tell({ ...message, status, etag: newEtag }, metas);
    } catch (error) {
      this.#tell({ ...message, ...failure(error) });
    }
  }

  /**
   * @param {number} connection
   * @param {{ bytes: Uint8Array, condition: 'none' | 'absent' | 'match', etag?: string }} upload
   */
  async putMeta(connection, { bytes, condition, etag }) {
    const { connector, stop } = this.#connections.get(connection) ?? {};
    const message = { type: 'metaSent', connection };
    try {
      const upload = { bytes, condition, etag, signal: stop.signal };
      const { status, etag: newEtag = '' } = await connector.putMeta(upload);
      this.#tell({ ...message, status, etag: newEtag });
    } catch (error) {
      this.#tell({ ...message, ...failure(error) });
    }
  }

  getCar(connection, transfer, { kind, cid }) {
    return this.#run(connection, transfer, 'carReceived', async (connector, request) => {
      const bytes = await connector.getCar({ kind, cid, ...request });
      return () => {
        if (bytes) this.#received.set(transfer, bytes);
        return [{}, bytes ? [bytes] : []];
      };
    });
  }

  /** Asks whether the remote has a CAR. */
  findCar(connection, transfer, car) {
    return this.#run(connection, transfer, 'carFound', async (connector, { signal }) => {
      const found = await isThere(connector, car, signal);
      return () => [{ found: found ? 1 : 0 }];
    });
  }

  /**
   * @param {number} connection
   * @param {number} transfer
   * @param {{ kind: 'data' | 'file', cid: string, ifAbsent: boolean, lookFirst: boolean, public?: boolean }} upload
   *   `lookFirst`: the condition may not be observed, so ask before whether there is one of this name
   * @param {() => Promise<Uint8Array | null>} load reads the stored CAR
   */
  putCar(connection, transfer, { lookFirst, ...upload }, load) {
    return this.#run(connection, transfer, 'carSent', async (connector, request) => {
      const bytes = await loaded(upload.cid, load);
      if (lookFirst && (await isThere(connector, { ...upload, bytes }, request.signal)))
        return () => [{ status: 'exists' }];
      const status = await connector.putCar({ ...upload, bytes, ...request });
      return () => [{ status, bytes: bytes.length }];
    });
  }

  /**
   * Finds out what the remote makes of conditions, by means of a CAR that it has.
   *
   * @param {number} connection
   * @param {number} transfer
   * @param {string} cid
   * @param {() => Promise<Uint8Array | null>} load reads the stored CAR
   */
  probe(connection, transfer, cid, load) {
    return this.#run(connection, transfer, 'conditionsProbed', async (connector, { signal }) => {
      if (!connector.probe) return () => [{ absent: 'unknown', match: 'unknown' }];
      const bytes = await loaded(cid, load);
      const { absent, match } = await connector.probe({ kind: 'data', cid, bytes, signal });
      return () => [{ absent, match }];
    });
  }

  /**
   * One transfer of a CAR, and the telling of its end, unless it was released before.
   *
   * @param {(connector: object, request: object) => Promise<() => [object, Uint8Array[]?]>} work gives what to
   *   tell; called only then
   */
  async #run(connection, transfer, type, work) {
    const { connector, stop } = this.#connections.get(connection) ?? {};
    const own = new AbortController();
    this.#running.set(transfer, own);
    try {
      const signal = AbortSignal.any([own.signal, stop.signal]);
      const ended = await work(connector, { signal, onProgress: this.#reporter(transfer) });
      if (!this.#running.delete(transfer)) return;
      const [result, pieces] = ended();
      this.#tell({ type, transfer, ...result }, pieces);
    } catch (error) {
      if (this.#running.delete(transfer)) this.#tell({ type, transfer, ...failure(error) });
    }
  }

  /** Reports progress, but neither for every chunk nor for small CARs. */
  #reporter(transfer) {
    let next = performance.now() + PROGRESS_INTERVAL;
    return (bytes, total = 0) => {
      if (performance.now() < next) return;
      next = performance.now() + PROGRESS_INTERVAL;
      this.#tell({ type: 'carProgress', transfer, bytes, total });
    };
  }
}

async function loaded(cid, load) {
  const bytes = await load();
  if (!bytes) throw new ReplicationError('not-found', `the CAR ${cid} is not stored`);
  return bytes;
}

/** Whether the remote has a CAR of this name; connectors that cannot tell fetch it. */
async function isThere(connector, { kind, cid, bytes }, signal) {
  if (connector.hasCar) return connector.hasCar({ kind, cid, bytes, signal });
  return (await connector.getCar({ kind, cid, signal })) !== null;
}

/** A failure for the engine; `permanent`: one that by its code may pass, but that will not. */
function failure(error) {
  const failed = asReplicationError(error, 'server', 'the connector failed');
  const { code, message, retryable, retryAfter = 0 } = failed;
  const told = { code, message, retryAfter: Math.round(retryAfter) };
  const mayPass = ERROR_CODES[code].retryable || code === 'quota-exceeded';
  return mayPass && !retryable ? { ...told, permanent: 1 } : told;
}
