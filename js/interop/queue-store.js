import { parseCarCid } from '../server/car-cid.js';

/**
 * Where an adapter keeps what the remote has not confirmed. One store serves one database at one remote.
 *
 * @typedef {object} QueueStore
 * @property {() => Promise<{ items: import('./outbox.js').Item[], confirmed: string[], damaged?: string[] }>} load what is
 *   there; `damaged`: what cannot be read, for messages. It rejects only if there is no reading at all
 * @property {(item: import('./outbox.js').Item) => Promise<void>} put keeps an item
 * @property {(id: string) => Promise<void>} remove drops one
 * @property {(id: string, isRemembered: boolean) => Promise<void>} confirm drops one that the remote has; if it is to
 *   be remembered, `load` tells its id later, so that it is not sent again
 */

/**
 * @param {any} item as a store gave it
 * @returns {string | null} why it cannot be sent; null: it can
 */
export function whyNoItem(item) {
  const { id, kind, cid, bytes, order } = item ?? {};
  if (typeof id !== 'string' || !(bytes instanceof Uint8Array)) return 'it is none';
  if (!['data', 'file', 'meta'].includes(kind)) return `there is no kind ${kind}`;
  if (!Number.isSafeInteger(order) || order < 0) return 'it has no order';
  if (kind !== 'meta' && (parseCarCid(cid ?? '') === null || id !== `${kind}/${cid}`))
    return 'it has no CID';
  return null;
}

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
