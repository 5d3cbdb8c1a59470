import { proxy } from 'comlink';
import { ReplicationError, asReplicationError } from '../errors.js';

/**
 * Connectors made of functions of the page (raw callbacks, an injected fetch) stay on the page while the
 * engine runs in a worker. These two functions are the ends of the bridge between them: plain values cross
 * it, requests are stopped by number, and errors travel as values because they would lose their code.
 */

/**
 * The page's end.
 *
 * @param {import('../connectors/connector.js').Connector} connector
 * @returns {object} for `remoteConnector` on the other side
 */
export function pageConnector(connector) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();

  async function run(id, request) {
    const stop = new AbortController();
    running.set(id, stop);
    try {
      return { value: await request(stop.signal) };
    } catch (error) {
      const { code, message, retryAfter } = asReplicationError(error, 'server', connector.name);
      return { error: { code, message, retryAfter } };
    } finally {
      running.delete(id);
    }
  }

  return proxy({
    name: () => connector.name,
    getMeta: (id, etag) => run(id, (signal) => connector.getMeta({ etag, signal })),
    getCar: (id, kind, cid, onProgress) =>
      run(id, (signal) => connector.getCar({ kind, cid, signal, onProgress })),
    stop: (id) => running.get(id)?.abort(),
  });
}

/**
 * The worker's end.
 *
 * @param {object} bridge what `pageConnector` made
 * @returns {Promise<import('../connectors/connector.js').Connector>}
 */
export async function remoteConnector(bridge) {
  const name = await bridge.name();
  let nextId = 1;

  async function ask(signal, request) {
    const id = nextId++;
    const stop = () => bridge.stop(id);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const { value, error } = await request(id);
      if (error) {
        throw new ReplicationError(error.code, error.message, {
          remote: name,
          retryAfter: error.retryAfter,
        });
      }
      return value;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  return {
    name,
    getMeta: ({ etag, signal }) => ask(signal, (id) => bridge.getMeta(id, etag)),
    getCar: ({ kind, cid, signal, onProgress }) =>
      ask(signal, (id) => bridge.getCar(id, kind, cid, proxy(onProgress ?? (() => {})))),
  };
}
