/**
 * Where an adapter keeps what the remote has not confirmed. One store serves one database at one remote.
 *
 * @typedef {object} QueueStore
 * @property {() => Promise<{ items: import('./outbox.js').Item[], confirmed: string[] }>} load what is there
 * @property {(item: import('./outbox.js').Item) => Promise<void>} put keeps an item
 * @property {(id: string) => Promise<void>} remove drops one
 * @property {(id: string, isRemembered: boolean) => Promise<void>} confirm drops one that the remote has; if it is to
 *   be remembered, `load` tells its id later, so that it is not sent again
 */

/** A store that lasts as long as the page or process. @returns {QueueStore} */
export function memoryQueue() {
  const nothing = async () => {};
  return {
    load: async () => ({ items: [], confirmed: [] }),
    put: nothing,
    remove: nothing,
    confirm: nothing,
  };
}
