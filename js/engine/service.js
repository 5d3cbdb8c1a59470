import { connectorFor } from '../connectors/index.js';
import { ReplicationError, asReplicationError } from '../errors.js';
import { isPeerKind, transportFor } from '../peers/index.js';
import { MemoryStorage } from '../storage/memory.js';
import { EngineHost } from './host.js';
import { remoteConnector } from './page-connector.js';

/**
 * What a database object talks to, directly or through a worker: an engine host behind methods whose
 * arguments and results can be cloned. Failures are returned, `{ error: { code, message, … } }`, since errors
 * lose their members on the way out of a worker.
 */
export class EngineService {
  #createStorage;
  /** @type {EngineHost} */
  #host;
  #database;

  /**
   * @param {(kind: any, database: { name: string, format: string }) =>
   *   import('../storage/block-storage.js').BlockStorage} createStorage for the platform's own kinds
   */
  constructor(createStorage) {
    this.#createStorage = createStorage;
  }

  /**
   * @param {{ name: string, format: string, public: boolean, key?: string, storage?: any }} options
   * @param {(event: object) => void} listener
   */
  open(options, listener) {
    return settle(async () => {
      this.#database = { database: options.name, format: options.format };
      this.#host = new EngineHost(this.#storageFor(options), listener);
      await this.#host.open({ format: options.format, public: options.public, key: options.key });
    });
  }

  /** As `EngineHost.call`. */
  call(method, parameters, blobs, weight) {
    return settle(() => this.#host.call(method, parameters, blobs, weight));
  }

  /**
   * @param {number} connection
   * @param {{ mode: string, poll: number, concurrency: number }} options
   * @param {object | null} remote what a connector is made of here, or one that is here: see `connectorFor`
   * @param {object | null} bridge or one that stays on the page (page-connector.js). It is no member of `remote`,
   *   since only a parameter itself can be a function on the way to a worker
   */
  connect(connection, options, remote, bridge) {
    return settle(async () => {
      if (isPeerKind(remote?.kind)) {
        const transport = transportFor(remote, this.#database);
        const { database } = this.#database;
        await this.#host.connectPeers(connection, transport, { ...options, database });
        return transport.name;
      }
      const connector = bridge
        ? await remoteConnector(bridge)
        : connectorFor(remote, this.#database);
      await this.#host.connect(connection, connector, options);
      return connector.name;
    });
  }

  disconnect(connection) {
    return settle(() => this.#host.disconnect(connection));
  }

  close() {
    return settle(() => this.#host?.close());
  }

  destroy() {
    return settle(() => this.#host.destroy());
  }

  /**
   * Deletes a store that is not open here. Needs no engine, and no key.
   *
   * @param {{ name: string, format: string, storage?: any }} options
   */
  deleteStore(options) {
    return settle(async () => {
      const storage = this.#storageFor(options);
      await storage.open();
      await storage.destroy();
    });
  }

  #storageFor({ name, format, storage }) {
    if (storage === 'memory') return new MemoryStorage({ name, format });
    if (typeof storage === 'object' && typeof storage.commit === 'function') return storage;
    const made = this.#createStorage(storage, { name, format });
    if (made) return made;
    throw new ReplicationError(
      'invalid-argument',
      `no storage "${String(storage?.type ?? storage)}" here`,
    );
  }
}

/** Runs `work` and gives its value or its error as a plain object. */
async function settle(work) {
  try {
    return { value: await work() };
  } catch (error) {
    const failed = asReplicationError(error, 'storage-lost', 'the engine failed');
    const { code, message, retryable, remote } = failed;
    return { error: { code, message, retryable, remote } };
  }
}
