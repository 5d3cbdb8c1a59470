import { openDB } from 'idb';
import { asReplicationError } from '../errors.js';

/**
 * A store for pages, IndexedDB database `fireproof-wasm/queue/<name>`: what was handed over survives a closed tab and a
 * browser that crashes, and goes out when an adapter is made with the same name again.
 *
 * @param {string} name one for each database and remote
 * @returns {import('./queue-store.js').QueueStore} rejects with `storage-lost` if IndexedDB fails
 */
export function indexedDbQueue(name) {
  const what = `IndexedDB queue "${name}"`;
  let opening = null;
  const open = () => {
    opening ??= openDB(`fireproof-wasm/queue/${name}`, 1, {
      upgrade(database) {
        database.createObjectStore('items', { keyPath: 'id' });
        database.createObjectStore('confirmed');
      },
      terminated: () => (opening = null),
      blocking: (_from, _to, event) => {
        event.target.close();
        opening = null;
      },
    });
    return opening;
  };
  const using = async (work) => {
    try {
      return await work(await open());
    } catch (error) {
      throw asReplicationError(error, 'storage-lost', what);
    }
  };
  return {
    load: () =>
      using(async (database) => ({
        items: await database.getAll('items'),
        confirmed: await database.getAllKeys('confirmed'),
      })),
    put: (item) => using((database) => database.put('items', item)),
    remove: (id) => using((database) => database.delete('items', id)),
    confirm: (id, isRemembered) =>
      using(async (database) => {
        const transaction = database.transaction(['items', 'confirmed'], 'readwrite');
        transaction.objectStore('items').delete(id);
        if (isRemembered) transaction.objectStore('confirmed').put(true, id);
        await transaction.done;
      }),
  };
}
