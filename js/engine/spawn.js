import { releaseProxy, transfer, wrap } from 'comlink';
import { createWorker } from 'virtual:worker';
import { browserStorage } from './browser-storage.js';
import { onThisThread } from './on-this-thread.js';

/** The methods of EngineService that only pass on to the worker. */
const PASSED_ON = ['connect', 'disconnect', 'close', 'destroy'];

/**
 * Makes the engine service of a database in a browser: in a worker of its own, or on this thread if the page
 * asks for that, gives a storage object of its own, or its content security policy forbids blob workers.
 *
 * @param {{ worker?: boolean, storage?: any }} options
 * @returns {{ service: object, inWorker: boolean, workerRefused?: boolean, stop: () => void }} `workerRefused`: this thread was
 *   not what the page asked for
 */
export function spawnInBrowser({ worker = true, storage }) {
  const ownStorage = typeof storage === 'object' && typeof storage?.commit === 'function';
  if (!worker || ownStorage) return onThisThread(browserStorage);
  const thread = startWorker();
  return thread ? inWorker(thread) : { ...onThisThread(browserStorage), workerRefused: true };
}

/** @param {Worker} thread that runs worker.js, or turns out not to be allowed to */
function inWorker(thread) {
  const remote = wrap(thread);
  const refused = new Promise((resolve) => {
    thread.addEventListener('error', () => resolve(null), { once: true });
  });
  const service = { open, call };
  for (const method of PASSED_ON)
    service[method] = (...parameters) => remote[method](...parameters);
  const engine = { service, inWorker: true, stop };

  async function open(options, listener) {
    thread.addEventListener('message', ({ data }) => data.news && listener(data.news));
    const opened = await Promise.race([remote.open(options), refused]);
    if (opened) return opened;
    stop();
    Object.assign(engine, onThisThread(browserStorage), { workerRefused: true });
    return engine.service.open(options, listener);
  }

  /** Parameters and blobs are the engine's from here on: they are moved to the worker, not copied. */
  function call(method, parameters, blobs = []) {
    const buffers = [parameters, ...blobs].map(({ buffer }) => buffer);
    return remote.call(method, parameters, transfer(blobs, buffers));
  }

  function stop() {
    remote[releaseProxy]();
    thread.terminate();
  }

  return engine;
}

/** Some browsers refuse at once, others with an error event. */
function startWorker() {
  try {
    return createWorker();
  } catch {
    return null;
  }
}
