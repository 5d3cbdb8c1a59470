import { EngineService } from './service.js';

/**
 * Makes the engine service on the calling thread.
 *
 * @param {ConstructorParameters<typeof EngineService>[0]} createStorage
 */
export function onThisThread(createStorage) {
  return {
    service: new EngineService(createStorage),
    inWorker: false,
    stop: () => {},
  };
}
