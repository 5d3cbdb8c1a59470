import { proxy, releaseProxy } from 'comlink';
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
      const failed = asReplicationError(error, 'server', connector.name);
      const { code, message, retryable, retryAfter } = failed;
      return { error: { code, message, retryable, retryAfter } };
    } finally {
      running.delete(id);
    }
  }

  /** The same with a function of the worker, whose channel is closed at the end. */
  const runTelling = (id, onProgress, request) =>
    run(id, request).finally(() => onProgress[releaseProxy]());

  return proxy({
    describe() {
      const { name, canWrite, conditional } = connector;
      const [hasCar, probe] = [connector.hasCar, connector.probe].map(Boolean);
      return { name, canWrite, conditional, can: { hasCar, probe } };
    },
    getMeta: (id, etag) => run(id, (signal) => connector.getMeta({ etag, signal })),
    getCar: (id, kind, cid, onProgress) =>
      runTelling(id, onProgress, (signal) => connector.getCar({ kind, cid, signal, onProgress })),
    putMeta: (id, upload) => run(id, (signal) => connector.putMeta({ ...upload, signal })),
    putCar: (id, upload, onProgress) =>
      runTelling(id, onProgress, (signal) => connector.putCar({ ...upload, signal, onProgress })),
    hasCar: (id, question) => run(id, (signal) => connector.hasCar({ ...question, signal })),
    probe: (id, probe) => run(id, (signal) => connector.probe({ ...probe, signal })),
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
  const { can, ...described } = await bridge.describe();
  let nextId = 1;

  async function ask(signal, request) {
    const remote = described.name;
    if (signal?.aborted) throw new ReplicationError('aborted', `${remote}: aborted`, { remote });
    const id = nextId++;
    const stop = () => bridge.stop(id);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const { value, error } = await request(id);
      if (!error) return value;
      const { code, message, ...details } = error;
      throw new ReplicationError(code, message, { remote, ...details });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  return {
    ...described,
    getMeta: ({ etag, signal }) => ask(signal, (id) => bridge.getMeta(id, etag)),
    getCar: ({ kind, cid, signal, onProgress }) =>
      ask(signal, (id) => bridge.getCar(id, kind, cid, proxy(onProgress ?? (() => {})))),
    putMeta: ({ signal, ...upload }) => ask(signal, (id) => bridge.putMeta(id, upload)),
    putCar: ({ signal, onProgress, ...upload }) =>
      ask(signal, (id) => bridge.putCar(id, upload, proxy(onProgress ?? (() => {})))),
    ...(can.hasCar && {
      hasCar: ({ signal, ...question }) => ask(signal, (id) => bridge.hasCar(id, question)),
    }),
    ...(can.probe && {
      probe: ({ signal, ...probe }) => ask(signal, (id) => bridge.probe(id, probe)),
    }),
  };
}
