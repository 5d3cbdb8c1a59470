import { asReplicationError } from '../errors.js';

/** Milliseconds between two reports of how far a download is. */
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

  async getCar(connection, transfer, kind, cid) {
    const { connector, stop } = this.#connections.get(connection) ?? {};
    const own = new AbortController();
    this.#running.set(transfer, own);
    const message = { type: 'carReceived', transfer };
    try {
      const bytes = await connector.getCar({
        kind,
        cid,
        signal: AbortSignal.any([own.signal, stop.signal]),
        onProgress: this.#reporter(transfer),
      });
      if (!this.#running.delete(transfer)) return;
      if (bytes) this.#received.set(transfer, bytes);
      this.#tell(message, bytes ? [bytes] : []);
    } catch (error) {
      if (this.#running.delete(transfer)) this.#tell({ ...message, ...failure(error) });
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

function failure(error) {
  const {
    code,
    message,
    retryAfter = 0,
  } = asReplicationError(error, 'server', 'the connector failed');
  return { code, message, retryAfter: Math.round(retryAfter) };
}
