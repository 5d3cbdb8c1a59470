import { IndexedDbStorage } from '../storage/indexeddb.js';

/**
 * The storages of browsers. `'indexeddb'`, the default, or `{ type: 'indexeddb', durability }`.
 *
 * @param {any} kind the option `storage`
 * @param {{ name: string, format: string }} database
 */
export function browserStorage(kind = 'indexeddb', database) {
  if (kind === 'indexeddb') return new IndexedDbStorage(database);
  if (kind?.type === 'indexeddb') return new IndexedDbStorage({ ...kind, ...database });
  return null;
}
