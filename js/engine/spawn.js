import { proxy, releaseProxy, wrap } from 'comlink';
import { createWorker } from 'virtual:worker';
import { browserStorage } from './browser-storage.js';
import { onThisThread } from './on-this-thread.js';

/**
 * Makes the engine service of a database in a browser: in a worker of its own, or on this thread if the page
 * asks for that, gives a storage object of its own, or its content security policy forbids workers.
 *
 * @param {{ worker?: boolean, storage?: any }} options
 * @returns {{ service: object, listener: (listen: Function) => Function, inWorker: boolean, stop: () => void }}
 */
export function spawnInBrowser({ worker = true, storage }) {
  const ownStorage = typeof storage === 'object' && typeof storage?.commit === 'function';
  const thread = worker && !ownStorage ? startWorker() : null;
  if (!thread) return onThisThread(browserStorage);
  const service = wrap(thread);
  return {
    service,
    listener: proxy,
    inWorker: true,
    stop: () => {
      service[releaseProxy]();
      thread.terminate();
    },
  };
}

function startWorker() {
  try {
    return createWorker();
  } catch {
    return null; // the policy of the page does not allow workers
  }
}
